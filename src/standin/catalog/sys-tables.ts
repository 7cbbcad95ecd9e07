/** The catalogue itself. Lower-case names, so that no Oracle statement can reach them. */
export const SYS_TABLES = `
CREATE SCHEMA IF NOT EXISTS "SYS";
CREATE TABLE IF NOT EXISTS "SYS".setting (name text PRIMARY KEY, value text);
CREATE TABLE IF NOT EXISTS "SYS".account (
  username text PRIMARY KEY, user_id int GENERATED ALWAYS AS IDENTITY (START 84), created timestamp(0) NOT NULL DEFAULT now());
CREATE TABLE IF NOT EXISTS "SYS".granted_role (grantee text, role text, PRIMARY KEY (grantee, role));
CREATE TABLE IF NOT EXISTS "SYS".object_grant (
  grantee text, owner text, name text, privilege text, grantor text, grantable boolean NOT NULL DEFAULT false,
  PRIMARY KEY (grantee, owner, name, privilege));
CREATE TABLE IF NOT EXISTS "SYS".object (
  owner text, name text, type text, temporary boolean NOT NULL DEFAULT false, index_organised boolean NOT NULL DEFAULT false,
  created timestamp(0) NOT NULL DEFAULT now(), last_ddl_time timestamp(0) NOT NULL DEFAULT now(),
  num_rows numeric, blocks numeric, avg_row_len numeric, last_analyzed timestamp(0), PRIMARY KEY (owner, name, type));
CREATE TABLE IF NOT EXISTS "SYS".table_trait (owner text, name text, trait text, PRIMARY KEY (owner, name, trait));
CREATE TABLE IF NOT EXISTS "SYS".stored_column (
  owner text, table_name text, name text, id int, type text, length int, char_used text, precision int, scale int,
  nullable boolean, data_default text, PRIMARY KEY (owner, table_name, name));
CREATE TABLE IF NOT EXISTS "SYS".stored_constraint (
  owner text, name text, table_name text, type text, generated boolean, condition text, r_owner text, r_name text, delete_rule text,
  enabled boolean, validated boolean, "deferrable" boolean, deferred boolean, rely boolean, PRIMARY KEY (owner, name));
CREATE TABLE IF NOT EXISTS "SYS".constraint_column (
  owner text, constraint_name text, table_name text, name text, position int, PRIMARY KEY (owner, constraint_name, name));
CREATE TABLE IF NOT EXISTS "SYS".stored_index (
  owner text, name text, table_owner text, table_name text, is_unique boolean, generated boolean, PRIMARY KEY (owner, name));
CREATE TABLE IF NOT EXISTS "SYS".index_column (
  owner text, index_name text, table_owner text, table_name text, name text, position int, descending boolean,
  PRIMARY KEY (owner, index_name, position));
CREATE TABLE IF NOT EXISTS "SYS".view_text (owner text, name text, text text, PRIMARY KEY (owner, name));
CREATE TABLE IF NOT EXISTS "SYS".synonym (owner text, name text, table_owner text, table_name text, PRIMARY KEY (owner, name));
CREATE TABLE IF NOT EXISTS "SYS".stored_comment (
  owner text, table_name text, column_name text, comments text, PRIMARY KEY (owner, table_name, column_name));
CREATE TABLE IF NOT EXISTS "SYS".stored_sequence (
  owner text, name text, is_ordered boolean, PRIMARY KEY (owner, name));
CREATE TABLE IF NOT EXISTS "SYS"."DUAL" ("DUMMY" text);
INSERT INTO "SYS"."DUAL" SELECT 'X' WHERE NOT EXISTS (SELECT FROM "SYS"."DUAL");

CREATE OR REPLACE FUNCTION "SYS".me() RETURNS text LANGUAGE sql STABLE AS $$ SELECT current_setting('standin.user', true) $$;
CREATE OR REPLACE FUNCTION "SYS".visible(object_owner text, object_name text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT object_owner = "SYS".me() OR EXISTS (
    SELECT FROM "SYS".object_grant g
    WHERE g.owner = object_owner AND g.name = object_name
      AND (g.grantee IN ("SYS".me(), 'PUBLIC') OR g.grantee IN (SELECT role FROM "SYS".granted_role WHERE grantee = "SYS".me())))
    OR EXISTS (SELECT FROM "SYS".granted_role WHERE grantee = "SYS".me() AND role IN ('DBA', 'SELECT ANY TABLE'))
$$;
CREATE OR REPLACE PROCEDURE "SYS".touch(object_owner text, object_name text) LANGUAGE sql AS $$
  UPDATE "SYS".object SET last_ddl_time = now() WHERE owner = object_owner AND name = object_name;
$$;
CREATE OR REPLACE PROCEDURE "SYS".forget_index(object_owner text, object_name text) LANGUAGE sql AS $$
  DELETE FROM "SYS".index_column WHERE owner = object_owner AND index_name = object_name;
  DELETE FROM "SYS".stored_index WHERE owner = object_owner AND name = object_name;
  DELETE FROM "SYS".object WHERE owner = object_owner AND name = object_name AND type = 'INDEX';
$$;
CREATE OR REPLACE PROCEDURE "SYS".forget_constraint(object_owner text, object_name text) LANGUAGE sql AS $$
  DELETE FROM "SYS".constraint_column WHERE owner = object_owner AND constraint_name = object_name;
  DELETE FROM "SYS".stored_constraint WHERE owner = object_owner AND name = object_name;
  CALL "SYS".forget_index(object_owner, object_name);
$$;
CREATE OR REPLACE PROCEDURE "SYS".forget_table(object_owner text, object_name text) LANGUAGE sql AS $$
  DELETE FROM "SYS".object o USING "SYS".stored_index i
   WHERE i.table_owner = object_owner AND i.table_name = object_name AND o.owner = i.owner AND o.name = i.name AND o.type = 'INDEX';
  DELETE FROM "SYS".index_column WHERE table_owner = object_owner AND table_name = object_name;
  DELETE FROM "SYS".stored_index WHERE table_owner = object_owner AND table_name = object_name;
  DELETE FROM "SYS".constraint_column WHERE owner = object_owner AND table_name = object_name;
  DELETE FROM "SYS".stored_constraint c USING "SYS".stored_constraint r
   WHERE r.owner = object_owner AND r.table_name = object_name AND c.r_owner = r.owner AND c.r_name = r.name;
  DELETE FROM "SYS".stored_constraint WHERE owner = object_owner AND table_name = object_name;
  DELETE FROM "SYS".stored_column WHERE owner = object_owner AND table_name = object_name;
  DELETE FROM "SYS".stored_comment WHERE owner = object_owner AND table_name = object_name;
  DELETE FROM "SYS".object_grant WHERE owner = object_owner AND name = object_name;
  DELETE FROM "SYS".view_text WHERE owner = object_owner AND name = object_name;
  DELETE FROM "SYS".object WHERE owner = object_owner AND name = object_name AND type IN ('TABLE', 'VIEW');
$$;
`;
