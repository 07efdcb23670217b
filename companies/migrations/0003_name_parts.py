"""Where a part of a name may stand in the order of names, and what the planner knows about prefixes.

`companies_namepart` holds, for every three letters that follow each other in a name, the first three letters of such names.
A search in the order of names skips with it whatever cannot hold the text. Rows are only added: a part too many costs a
glance, a missing one would hide a company, so triggers add them whoever writes the company. There is no unique constraint,
lest one transaction waits for another.
"""

from django.db import migrations, models
from django.db.models.functions import Left

import companies.models

TABLE = """
CREATE TABLE companies_namepart (part varchar(3) NOT NULL, begin varchar(3) NOT NULL);
CREATE INDEX companies_namepart_of ON companies_namepart (part, begin);

CREATE FUNCTION companies_parts_of(name text) RETURNS SETOF text LANGUAGE sql IMMUTABLE AS
$$ SELECT DISTINCT substr(name, place, 3) FROM generate_series(1, length(name) - 2) place $$;

CREATE FUNCTION companies_add_parts() RETURNS trigger LANGUAGE plpgsql
SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    INSERT INTO companies_namepart (part, begin)
    SELECT part, begin FROM
        (SELECT DISTINCT part, left(name_key, 3) AS begin FROM added, companies_parts_of(name_key) part) fresh
    WHERE NOT EXISTS (SELECT FROM companies_namepart known WHERE known.part = fresh.part AND known.begin = fresh.begin);
    RETURN NULL;
END $$;
CREATE TRIGGER companies_company_added AFTER INSERT ON companies_company
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION companies_add_parts();

CREATE FUNCTION companies_change_parts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO companies_namepart (part, begin)
    SELECT part, left(NEW.name_key, 3) FROM companies_parts_of(NEW.name_key) part
    WHERE NOT EXISTS (
        SELECT FROM companies_namepart known WHERE known.part = part AND known.begin = left(NEW.name_key, 3)
    );
    RETURN NULL;
END $$;
CREATE TRIGGER companies_company_renamed AFTER UPDATE ON companies_company
    FOR EACH ROW WHEN (OLD.name_key IS DISTINCT FROM NEW.name_key) EXECUTE FUNCTION companies_change_parts();

CREATE FUNCTION companies_fill_parts() RETURNS void LANGUAGE sql AS $$
    TRUNCATE companies_namepart;
    INSERT INTO companies_namepart (part, begin)
    SELECT DISTINCT part, left(name_key, 3) FROM companies_company, companies_parts_of(name_key) part;
$$;
SELECT companies_fill_parts();
"""
NO_TABLE = """
DROP TRIGGER companies_company_added ON companies_company;
DROP TRIGGER companies_company_renamed ON companies_company;
DROP FUNCTION companies_add_parts, companies_change_parts, companies_fill_parts, companies_parts_of;
DROP TABLE companies_namepart;
"""
PREFIXES = [("company", "name_key"), ("company", "inn"), ("company", "email"), ("company", "site_host"), ("phone", "number")]
STATISTICS = "".join(
    f"ALTER TABLE companies_{table} ALTER COLUMN {column} SET STATISTICS {{0}};" for table, column in PREFIXES
)


class Migration(migrations.Migration):
    dependencies = [("companies", "0002_initial")]
    operations = [
        migrations.RunSQL(TABLE, NO_TABLE),
        migrations.RunSQL(STATISTICS.format(1000), STATISTICS.format(-1)),
        migrations.RunSQL("ANALYZE companies_company, companies_phone, companies_namepart", migrations.RunSQL.noop),
    ]
