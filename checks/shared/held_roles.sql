/* cspaudit
purpose = "Which roles each actor held from which day to which, as what kind of actor, spelt alike: lower case, without blanks and signs, admin for administrator."
reads   = ["actor"]
*/
with held_role as (
    select
        partner_id,
        actor_id,
        role,
        coalesce(kind in ('bot', 'application'), false) as is_machine,
        coalesce(kind in ('customer', 'provider', 'microsoft'), false) as is_outsider,
        coalesce(kind in ('agent', 'subcontractor'), false) as is_person,
        nullif(replace(translate(lower(role), ' _-.', ''), 'administrator', 'admin'), 'unknown') as role_name,
        valid_from_on,
        coalesce(valid_to_on, date '9999-12-31') as valid_to_on
    from actor
)

select actor_id from held_role
