"""Who gets the letter, in set-based SQL: one row per company, and what is frozen for each letter at the start."""

import json
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from campaigns.merge import working_day_after
from campaigns.models import Campaign, Recipient
from companies.filters import apply_filters
from companies.models import Company
from contacts.suppression import secret
from operations.models import LegalEntity

QUIET = timedelta(days=30)  # nobody is written to more often

# Whom to write to: the decision maker, else anybody, else the common mailbox; a box that works before one that does not.
# Why not, the reason that cannot be mended first; of two companies with one box the first gets the letter.
CHOOSE = """
    INSERT INTO campaigns_recipient (campaign_id, company_id, person_id, email, exclusion)
    WITH audience (company_id) AS ({audience}),
    given AS (SELECT %s::bigint AS campaign, %s::timestamptz AS now, %s::timestamptz AS quiet, %s::boolean AS verified_only,
        %s::text AS secret),
    chosen AS (
        SELECT c.id AS company_id, c.is_private, c.verified_until, box.person_id, coalesce(box.address, '') AS email,
               coalesce(box.is_invalid, false) AS is_invalid
        FROM companies_company c
        LEFT JOIN LATERAL (
            SELECT * FROM (
                SELECT p.id AS person_id, lower(e.address) AS address, e.is_invalid, e.id AS tie,
                       CASE WHEN p.decision_role = 'decides' THEN 0 ELSE 1 END AS rank
                FROM contacts_person p JOIN contacts_personemail e ON e.person_id = p.id
                WHERE p.company_id = c.id AND p.left_at IS NULL
                UNION ALL
                SELECT NULL, lower(c.email), c.email_invalid, 0, 2 WHERE c.email <> ''
            ) AS boxes
            ORDER BY is_invalid, rank, tie LIMIT 1
        ) AS box ON true
        WHERE c.id IN (SELECT audience.company_id FROM audience) AND NOT EXISTS (
            SELECT 1 FROM campaigns_recipient r, given WHERE r.campaign_id = given.campaign AND r.company_id = c.id)
    ),
    judged AS (
        SELECT chosen.*, CASE
            WHEN EXISTS (SELECT 1 FROM contacts_optout o WHERE o.channel = 'email' AND o.value <> '' AND o.lifted_at IS NULL
                           AND o.value IN (chosen.email, '#' || encode(sha256(convert_to(given.secret || chosen.email, 'UTF8')), 'hex')))
              OR EXISTS (SELECT 1 FROM contacts_optout o
                         WHERE o.channel = 'email' AND o.lifted_at IS NULL AND o.value = ''
                           AND o.company_id = chosen.company_id)
                THEN 'opted_out'
            WHEN is_private AND NOT EXISTS (
                SELECT 1 FROM contacts_consent s JOIN contacts_person p ON p.id = s.person_id
                WHERE p.company_id = chosen.company_id AND p.left_at IS NULL AND s.purpose = 'advertising'
                    AND s.withdrawn_at IS NULL AND s.channel IN ('', 'email'))
                THEN 'no_consent'
            WHEN email = '' THEN 'no_email'
            WHEN is_invalid THEN 'invalid'
            WHEN given.verified_only AND (verified_until IS NULL OR verified_until <= given.now) THEN 'stale'
            WHEN EXISTS (SELECT 1 FROM campaigns_mailitem m WHERE m.email = chosen.email AND m.sent_at > given.quiet
                           AND m.state <> 'failed')
              OR EXISTS (SELECT 1 FROM campaigns_mailitem m
                         WHERE m.company_id = chosen.company_id AND m.sent_at > given.quiet
                           AND m.state <> 'failed')
                THEN 'touched'
            ELSE '' END AS exclusion
        FROM chosen, given
    )
    SELECT given.campaign, company_id, person_id, email,
           CASE WHEN exclusion = '' AND row_number() OVER (PARTITION BY exclusion, email ORDER BY company_id) > 1
                THEN 'duplicate' ELSE exclusion END
    FROM judged, given
    ORDER BY company_id
"""

FROZEN = """
    SELECT r.campaign_id, r.id AS recipient_id, r.company_id, r.person_id, r.email,
        jsonb_build_object(
            'last_name', coalesce(p.last_name, ''), 'first_name', coalesce(p.first_name, ''),
            'middle_name', coalesce(p.middle_name, ''), 'gender', coalesce(p.gender, ''),
            'own_salutation', coalesce(p.salutation, ''), 'position', coalesce(p.position, ''),
            'company', c.name, 'city', c.city, 'region', coalesce(region.name, ''),
            'segment', coalesce(segment.name, ''), 'manager', btrim(m.first_name || ' ' || m.last_name),
            'manager_phone', m.phone, 'manager_email', m.email, 'sender', campaign.sender_name,
            'our_company', %(our_company)s::text, 'call_on', %(call_on)s::text,
            'verified', coalesce(c.verified_until > %(now)s, false)
        ) AS fields
    FROM campaigns_recipient r
    JOIN campaigns_campaign campaign ON campaign.id = r.campaign_id
    JOIN companies_company c ON c.id = r.company_id
    JOIN accounts_user m ON m.id = coalesce(c.owner_id, campaign.owner_id)
    LEFT JOIN contacts_person p ON p.id = r.person_id
    LEFT JOIN companies_region region ON region.code = c.region_id
    LEFT JOIN companies_segment segment ON segment.id = c.segment_id
    WHERE r.campaign_id = %(campaign)s
"""

FREEZE = f"""
    INSERT INTO campaigns_mailitem
        (campaign_id, recipient_id, company_id, person_id, email, fields, state, attempts, token, message_id, answer, is_recorded)
    SELECT campaign_id, recipient_id, company_id, person_id, email, fields, 'ready', 0, gen_random_uuid(), '', '', false
    FROM ({FROZEN} AND r.exclusion = '' ORDER BY r.id) AS frozen
    ON CONFLICT DO NOTHING
"""  # noqa: S608 - no value is formatted in

ONE_FROZEN = f"SELECT fields FROM ({FROZEN} AND r.id = %(recipient)s) AS frozen"  # noqa: S608

EMPTY = f"""
    SELECT field.key, count(*)
    FROM ({FROZEN} AND r.exclusion = '') AS frozen, jsonb_each_text(frozen.fields) AS field
    WHERE field.key = ANY(%(names)s) AND field.value = ''
    GROUP BY field.key
"""  # noqa: S608


def audience_of(campaign: Campaign, *, now: datetime) -> QuerySet[Company]:
    """The companies of the audience that the marketer may see. Raises KeyError for an unknown filter."""
    permitted = Company.objects.active().permitted(campaign.owner, "companies.view_company")
    if "companies" in campaign.audience:
        return permitted.filter(pk__in=campaign.audience["companies"])
    if "filter" in campaign.audience:
        return apply_filters(permitted, campaign.audience["filter"], now=now)
    return permitted.none()


def choose_recipients(campaign: Campaign, *, now: datetime) -> int:
    """Insert a row per company that has none in this campaign yet."""
    query, values = audience_of(campaign, now=now).order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        given = [campaign.pk, now, now - QUIET, campaign.verified_only, secret()]
        cursor.execute(CHOOSE.format(audience=query), [*values, *given])
        return cursor.rowcount


def freeze_letters(campaign: Campaign, *, now: datetime) -> int:
    """One statement from recipients to the ledger; a repeat adds nothing."""
    with connection.cursor() as cursor:
        cursor.execute(FREEZE, _given(campaign, now))
        return cursor.rowcount


def frozen_fields(campaign: Campaign, recipient: Recipient, *, now: datetime) -> dict[str, Any]:
    """What would be frozen for this recipient now; for the preview and the test letter."""
    with connection.cursor() as cursor:
        cursor.execute(ONE_FROZEN, _given(campaign, now) | {"recipient": recipient.pk})
        (fields,) = cursor.fetchone()
    return json.loads(fields)


def empty_fields(campaign: Campaign, names: list[str], *, now: datetime) -> dict[str, int]:
    """For how many of those who get the letter a frozen field has no value."""
    with connection.cursor() as cursor:
        cursor.execute(EMPTY, _given(campaign, now) | {"names": names})
        return dict(cursor.fetchall())


def _given(campaign: Campaign, now: datetime) -> dict[str, Any]:
    ours = LegalEntity.objects.filter(is_main=True).values_list("name", flat=True).first()
    call_on = working_day_after(
        timezone.localdate(now, ZoneInfo(campaign.owner.time_zone)), campaign.callback_after_days
    )
    return {"campaign": campaign.pk, "now": now, "our_company": ours or "", "call_on": call_on.isoformat()}
