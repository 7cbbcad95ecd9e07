import { connected } from './sql';

/** A URL of the database whose sessions are answered that the server has this version, for versions that cannot be installed any more. */
export async function asOlderServer(url: string, version: { number: number; name: string }): Promise<string> {
  const client = await connected(url);
  await client.query(`create schema older;
    create function older.current_setting(text) returns text language sql as $$
      select case $1 when 'server_version_num' then '${version.number}' when 'server_version' then '${version.name}'
        else pg_catalog.current_setting($1) end $$`);
  await client.end();
  const older = new URL(url);
  older.searchParams.set('options', '-c search_path=older,pg_catalog,public');
  return older.href;
}
