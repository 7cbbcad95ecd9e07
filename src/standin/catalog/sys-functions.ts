/**
 * Oracle's functions where PostgreSQL's differ. SQL functions are written so that PostgreSQL inlines them. What can fail is
 * STABLE, and so is all that calls it: an IMMUTABLE call with constants is made while planning, in branches never taken too.
 */
export const SYS_FUNCTIONS = String.raw`
CREATE OR REPLACE FUNCTION "SYS".fail(ora int, message text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'ORA00', MESSAGE = 'ORA-' || lpad(ora::text, 5, '0') || ': ' || message;
END $$;
CREATE OR REPLACE FUNCTION "SYS".number_text(x numeric) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN abs(x) < 1 AND x <> 0 THEN replace(trim_scale(x)::text, '0.', '.') ELSE trim_scale(x)::text END $$;
CREATE OR REPLACE FUNCTION "SYS".double_text(x float8) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN x = 0 THEN '0' WHEN x = 'NaN' THEN 'Nan' WHEN x = 'Infinity' THEN 'Inf' WHEN x = '-Infinity' THEN '-Inf'
    ELSE (SELECT trim_scale(x::numeric / power(10::numeric, e))::text || 'E' || CASE WHEN e < 0 THEN '-' ELSE '+' END || lpad(abs(e)::text, 3, '0')
          FROM (SELECT floor(log(abs(x::numeric)))::int AS e) k) END $$;
CREATE OR REPLACE FUNCTION "SYS".to_number(x text) RETURNS numeric LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN x ~ '^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$' THEN trim(x) ELSE CASE WHEN x IS NOT NULL THEN "SYS".not_a_number(x) END END::numeric $$;
CREATE OR REPLACE FUNCTION "SYS".divide(a numeric, b numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT trim_scale((a + 0.0000000000000000000000000000000000000000) / b) $$;
CREATE OR REPLACE FUNCTION "SYS".divide(a float8, b float8) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$ SELECT a / b $$;
CREATE OR REPLACE FUNCTION "SYS".substr(x text, start numeric, len numeric) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN trunc(len) < 1 OR length(x) < abs(trunc(start)) THEN NULL
    WHEN trunc(start) < 0 THEN NULLIF(substr(x, length(x) + trunc(start)::int + 1, least(trunc(len), 2000000000)::int), '')
    ELSE NULLIF(substr(x, greatest(trunc(start), 1)::int, least(trunc(len), 1000000000)::int), '') END $$;
CREATE OR REPLACE FUNCTION "SYS".substr(x text, start numeric) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT "SYS".substr(x, start, 1000000000) $$;
CREATE OR REPLACE FUNCTION "SYS".instr(x text, sought text, start numeric, nth numeric) RETURNS numeric LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
  step int := CASE WHEN start < 0 THEN -1 ELSE 1 END;
  at int := CASE WHEN start < 0 THEN length(x) + start::int + 1 ELSE start::int END;
  found int := 0;
BEGIN
  WHILE at BETWEEN 1 AND length(x) AND start <> 0 LOOP
    IF substr(x, at, length(sought)) = sought THEN
      found := found + 1;
      IF found = nth THEN RETURN at; END IF;
    END IF;
    at := at + step;
  END LOOP;
  RETURN 0;
END $$;
CREATE OR REPLACE FUNCTION "SYS".chr(x numeric) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN trunc(x) = 0 THEN chr(1113856) ELSE chr(trunc(x)::int) END $$;
CREATE OR REPLACE FUNCTION "SYS".ascii(x text) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN ascii(x) >= 1113856 THEN ascii(x) - 1113856 ELSE ascii(x) END::numeric $$;
CREATE OR REPLACE FUNCTION "SYS".hextoraw(x text) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
  SELECT decode(CASE WHEN length(x) % 2 = 1 THEN '0' || x ELSE x END, 'hex') $$;

CREATE OR REPLACE FUNCTION "SYS".signed_seconds(d timestamp) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN d < '0001-01-01'::timestamp THEN '-' || left(d::text, 19) ELSE ' ' || d::text END $$;
CREATE OR REPLACE FUNCTION "SYS".plain_seconds(d timestamp) RETURNS text LANGUAGE sql STABLE AS $$ SELECT left(d::text, 19) $$;
CREATE OR REPLACE FUNCTION "SYS".plain_nanos(d timestamp) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT to_char(d, 'YYYY-MM-DD HH24:MI:SS.US') || '000' $$;
CREATE OR REPLACE FUNCTION "SYS".signed_nanos(d timestamp) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN d < '0001-01-01'::timestamp THEN '-' ELSE ' ' END || to_char(d, 'YYYY-MM-DD HH24:MI:SS.US') || '000' $$;
CREATE OR REPLACE FUNCTION "SYS".plain_text(x text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT right(x, 29) $$;
CREATE OR REPLACE FUNCTION "SYS".signed_text(x text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN left(x, 1) = '-' THEN x ELSE ' ' || x END $$;
CREATE OR REPLACE FUNCTION "SYS".text_base(x text) RETURNS timestamp LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN left(x, 1) = '-' THEN (substr(x, 2, 19) || ' BC')::timestamp ELSE left(x, 19)::timestamp END $$;
CREATE OR REPLACE FUNCTION "SYS".local_base(x text) RETURNS timestamp LANGUAGE sql STABLE AS $$
  SELECT "SYS".text_base(x) + right(x, 6)::interval $$;
CREATE OR REPLACE FUNCTION "SYS".plain_zoned(x text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN right(x, 6) = '+00:00' THEN x
    ELSE left("SYS".local_base(x)::text, 19) || right(x, 17) END $$;
CREATE OR REPLACE FUNCTION "SYS".signed_zoned(x text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN left(x, 1) = '-' THEN '-' ELSE ' ' END || "SYS".plain_zoned(ltrim(x, '-')) $$;
CREATE OR REPLACE FUNCTION "SYS".timestamp9(d timestamp) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN d < '0001-01-01'::timestamp THEN '-' ELSE '' END || to_char(d, 'YYYY-MM-DD HH24:MI:SS.US') || '000' $$;
CREATE OR REPLACE FUNCTION "SYS".moved_zoned(x text, by interval) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT left(("SYS".text_base(x) + by)::text, 19) || right(x, 17) $$;
CREATE OR REPLACE FUNCTION "SYS".add_months(d timestamp, n numeric) RETURNS timestamp(0) LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN date_part('month', d + interval '1 day') <> date_part('month', d)
    THEN date_trunc('month', d + make_interval(months => trunc(n)::int)) + interval '1 month' - interval '1 day' + d::time
    ELSE d + make_interval(months => trunc(n)::int) END $$;
CREATE OR REPLACE FUNCTION "SYS".months_between(a timestamp, b timestamp) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT (extract(year FROM a) - extract(year FROM b)) * 12 + extract(month FROM a) - extract(month FROM b)
    + CASE WHEN extract(day FROM a) = extract(day FROM b)
             OR (date_part('day', a + interval '1 day') = 1 AND date_part('day', b + interval '1 day') = 1) THEN 0
      ELSE "SYS".divide(extract(day FROM a) - extract(day FROM b) + "SYS".divide(extract(epoch FROM a::time) - extract(epoch FROM b::time), 86400), 31) END $$;
CREATE OR REPLACE FUNCTION "SYS".parse_moment(value text, pattern text, roles text) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
  found text[] := regexp_match(value, pattern);
  role text; part text; at int := 0;
  y int := extract(year FROM now()); mo int := extract(month FROM now()); d int := 1; h int := 0; mi int := 0; s int := 0;
  fraction text := '000000000'; zone_h text; zone_m text := '00'; pm boolean; half boolean := false; day_of_year int; result timestamp;
BEGIN
  IF value IS NULL THEN RETURN NULL; END IF;
  IF found IS NULL THEN PERFORM "SYS".fail(1861, 'literal does not match format string'); END IF;
  FOREACH role IN ARRAY string_to_array(roles, ' ') LOOP
    at := at + 1;
    part := found[at];
    CONTINUE WHEN part IS NULL;
    CASE role
      WHEN 'YYYY' THEN y := part;
      WHEN 'YY' THEN y := (y / 100) * 100 + part::int;
      WHEN 'RR' THEN y := CASE WHEN length(part) > 2 THEN part::int WHEN part::int < 50 THEN 2000 + part::int ELSE 1900 + part::int END;
      WHEN 'MM' THEN mo := part;
      WHEN 'MON' THEN mo := (strpos('JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC', upper(left(part, 3))) + 2) / 3;
      WHEN 'DD' THEN d := part;
      WHEN 'DDD' THEN day_of_year := part;
      WHEN 'HH24' THEN h := part;
      WHEN 'HH12' THEN h := part; half := true;
      WHEN 'MI' THEN mi := part;
      WHEN 'SS' THEN s := part;
      WHEN 'FF' THEN fraction := rpad(part, 9, '0');
      WHEN 'TZH' THEN zone_h := part;
      WHEN 'TZM' THEN zone_m := part;
      WHEN 'AM' THEN pm := upper(part) = 'PM';
      WHEN 'J' THEN RETURN ('4714-11-24 BC'::timestamp + make_interval(days => part::int))::text;
    END CASE;
  END LOOP;
  IF half THEN
    IF h NOT BETWEEN 1 AND 12 THEN PERFORM "SYS".fail(1849, 'hour must be between 1 and 12'); END IF;
    h := h % 12 + CASE WHEN pm THEN 12 ELSE 0 END;
  END IF;
  IF y = 0 OR y < -4713 THEN PERFORM "SYS".fail(1841, '(full) year must be between -4713 and +9999, and not be 0'); END IF;
  IF mo NOT BETWEEN 1 AND 12 THEN PERFORM "SYS".fail(1843, 'not a valid month'); END IF;
  IF d NOT BETWEEN 1 AND 31 THEN PERFORM "SYS".fail(1847, 'day of month must be between 1 and last day of month'); END IF;
  IF h > 23 THEN PERFORM "SYS".fail(1850, 'hour must be between 0 and 23'); END IF;
  IF mi > 59 THEN PERFORM "SYS".fail(1851, 'minutes must be between 0 and 59'); END IF;
  IF s > 59 THEN PERFORM "SYS".fail(1852, 'seconds must be between 0 and 59'); END IF;
  BEGIN
    result := make_timestamp(y, CASE WHEN day_of_year IS NULL THEN mo ELSE 1 END, CASE WHEN day_of_year IS NULL THEN d ELSE 1 END, h, mi, s);
  EXCEPTION WHEN datetime_field_overflow THEN
    PERFORM "SYS".fail(1839, 'date not valid for month specified');
  END;
  IF day_of_year IS NOT NULL THEN result := result + make_interval(days => day_of_year - 1); END IF;
  IF zone_h IS NOT NULL THEN
    zone_h := CASE WHEN left(zone_h, 1) = '-' THEN '-' ELSE '+' END || lpad(ltrim(zone_h, '+-'), 2, '0') || ':' || lpad(zone_m, 2, '0');
    result := result - zone_h::interval;
  END IF;
  RETURN left(result::text, 19) || '.' || fraction || coalesce(' ' || zone_h, '') || CASE WHEN y < 0 THEN ' BC' ELSE '' END;
END $$;
`;

/** Needed by others of them, so made first. It takes the value it refuses: a STABLE call without arguments is made while planning. */
export const SYS_FIRST_FUNCTIONS = `
CREATE OR REPLACE FUNCTION "SYS".not_a_number(x text) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'ORA00', MESSAGE = 'ORA-01722: invalid number';
END $$;
`;

const MARKED = String.raw`[\U0010FF00-\U0010FFFF]`;

/** Functions that depend on the database's character set. */
export function charsetFunctions(charset: { readonly multiByte: boolean; readonly encoding?: string }): string {
  const { encoding } = charset;
  const encoded = encoding === undefined ? `'\\x3f'::bytea` : `convert_to(c, '${encoding}')`;
  const quick = encoding === undefined ? '' : ` WHEN x !~ '${MARKED}' THEN convert_to(x, '${encoding}')`;
  const lengthb = charset.multiByte
    ? `octet_length(x) - 3 * (length(x) - length(regexp_replace(x, '${MARKED}', '', 'g')))`
    : 'length(x)';
  return `
CREATE OR REPLACE FUNCTION "SYS".lengthb(x text) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT ${lengthb} $$;
CREATE OR REPLACE FUNCTION "SYS".slow_cast_to_raw(x text) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT string_agg(CASE WHEN ascii(c) >= 1113856 THEN set_byte('\\x00'::bytea, 0, ascii(c) - 1113856)
    WHEN ascii(c) < 128 THEN convert_to(c, 'UTF8') ELSE ${encoded} END, ''::bytea ORDER BY at)
  FROM regexp_split_to_table(x, '') WITH ORDINALITY AS t(c, at) $$;
CREATE OR REPLACE FUNCTION "SYS".cast_to_raw(x text) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN octet_length(x) = length(x) THEN convert_to(x, 'UTF8')${quick} ELSE "SYS".slow_cast_to_raw(x) END $$;
CREATE OR REPLACE FUNCTION "SYS".fit_charset(x text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT ${encoding === undefined ? `CASE WHEN octet_length(x) = length(x) THEN x ELSE regexp_replace(x, '[^\\x01-\\x7f\\U0010FF00-\\U0010FFFF]', '?', 'g') END` : 'x'} $$;
`;
}
