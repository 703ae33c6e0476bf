"""Headers and records of Partner Center exports as Microsoft describes them, for the tests of their layouts."""

from collections.abc import Mapping, Sequence


def names(text: str) -> list[str]:
    """Return the comma-separated names of a header."""
    return text.split(",")


CUSTOMER = "1A2B3C4D-0000-4000-8000-00000000AAAA"
SUBSCRIPTION = "5E6F7A8B-0000-4000-8000-00000000BBBB"

RECONCILIATION = names(
    "PartnerId,CustomerId,CustomerName,CustomerDomainName,CustomerCountry,InvoiceNumber,MpnId,Tier2MpnId,OrderId,"
    "OrderDate,ProductId,SkuId,AvailabilityId,SkuName,ProductName,ChargeType,UnitPrice,Quantity,Subtotal,TaxTotal,Total,"
    "Currency,PriceAdjustmentDescription,PublisherName,PublisherId,SubscriptionDescription,SubscriptionId,"
    "ChargeStartDate,ChargeEndDate,TermAndBillingCycle,EffectiveUnitPrice,UnitType,AlternateId,BillableQuantity,"
    "BillingFrequency,PricingCurrency,PCToBCExchangeRate,PCToBCExchangeRateDate,MeterDescription,ReservationOrderId,"
    "CreditReasonCode,SubscriptionStartDate,SubscriptionEndDate,ReferenceId,ProductQualifiers,PromotionId,ProductCategory"
)
DAILY_USAGE = names(
    "PartnerId,PartnerName,CustomerId,CustomerName,CustomerDomainName,CustomerCountry,MpnId,Tier2MpnId,InvoiceNumber,"
    "ProductId,SkuId,AvailabilityId,SkuName,ProductName,PublisherName,PublisherId,SubscriptionDescription,SubscriptionId,"
    "ChargeStartDate,ChargeEndDate,UsageDate,MeterType,MeterCategory,MeterId,MeterSubCategory,MeterName,MeterRegion,Unit,"
    "ResourceLocation,ConsumedService,ResourceGroup,ResourceURI,ChargeType,UnitPrice,Quantity,UnitType,"
    "BillingPreTaxTotal,BillingCurrency,PricingPreTaxTotal,PricingCurrency,ServiceInfo1,ServiceInfo2,Tags,AdditionalInfo,"
    "EffectiveUnitPrice,PCToBCExchangeRate,PCToBCExchangeRateDate,EntitlementId,EntitlementDescription,"
    "PartnerEarnedCreditPercentage,CreditPercentage,CreditType,BenefitId,BenefitOrderId,BenefitType"
)
LICENCES = names(
    "PartnerId,CustomerId,CustomerName,MpnId,ResellerMpnId,OrderId,SubscriptionId,Syndication_Partner_Subscription_Number,"
    "OfferId,DurableOfferId,OfferName,SubscriptionStartDate,SubscriptionEndDate,ChargeStartDate,ChargeEndDate,ChargeType,"
    "UnitPrice,Quantity,Amount,TotalOtherDiscount,Subtotal,Tax,TotalForCustomer,Currency,DomainName,SubscriptionName,"
    "SubscriptionDescription,BillingCycleType"
)
USAGE = names(
    "PartnerId,PartnerName,PartnerBillableAccountId,CustomerCompanyName,MpnId,ResellerMpnId,InvoiceNumber,"
    "ChargeStartDate,ChargeEndDate,SubscriptionId,SubscriptionName,SubscriptionDescription,OrderID,ServiceName,"
    "ServiceType,ResourceGuid,ResourceName,Region,Sku,DetailLineItemId,ConsumedQuantity,IncludedQuantity,OverageQuantity,"
    "ListPrice,PretaxCharges,TaxAmount,PostTaxTotal,Currency,PretaxEffectiveRate,PostTaxEffectiveRate,ChargeType,"
    "CustomerId,DomainName,BillingCycleType,Unit"
)

CHARGE = {
    "PartnerId": "0f0f0f0f-0000-4000-8000-00000000cccc",
    "CustomerId": CUSTOMER,
    "CustomerName": "Litware, Inc.",
    "CustomerDomainName": "litware.example",
    "CustomerCountry": "DE",
    "InvoiceNumber": "G000099001",
    "MpnId": "-1",
    "OrderId": "566890604832738111",
    "OrderDate": "7/3/2026",
    "ChargeType": "renew",
    "UnitPrice": "0.045",
    "Quantity": "3",
    "Currency": "EUR",
    "PriceAdjustmentDescription": '["15.0% Partner earned credit for services managed"]',
    "SubscriptionId": SUBSCRIPTION,
    "PCToBCExchangeRate": "0.846202666",
    "ReservationOrderId": "NA",
    "ProductQualifiers": '["Add-on"]',
}


def csv(header: Sequence[str], records: Sequence[Mapping[str, str]], delimiter: str = ",") -> str:
    """Return a CSV file as Microsoft writes it: cells with a delimiter or a quote are quoted, lines end with CR LF."""

    def cell(text: str) -> str:
        return f'"{text.replace(chr(34), chr(34) * 2)}"' if {delimiter, '"'} & set(text) else text

    rows = [header, *([record.get(name, "") for name in header] for record in records)]
    return "".join(delimiter.join(cell(text) for text in row) + "\r\n" for row in rows)
