"""Links records of different exports: payments to invoices, messages to customers, tickets and topics."""
