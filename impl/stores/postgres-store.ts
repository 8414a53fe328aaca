/** PostgreSQL: a table with a primary key, and `INSERT … ON CONFLICT DO NOTHING`. */
import type { Pool } from "pg";
import { loadLibrary } from "./load-library.js";
import { Sessions } from "./sessions.js";
import { type StoreAddress, WITHOUT_TLS } from "./store-url.js";
import { type ExaminedStore, foundAfterRefusal, type Setting } from "./write-once-store.js";

const CONNECT_MS = 5_000;

/** Of one client: each has one query under way. */
const CONNECTIONS = 4;

/** Made by whoever comes first. */
const TABLE = "quorate_registers";

/**
 * Of sessions that make the table at once, the second finds it, or the type that goes with it, or another row of the
 * catalogue.
 */
const MADE_BY_OTHERS = ["42P07", "42710", "23505"];

export async function openPostgres({ url, name }: StoreAddress): Promise<ExaminedStore> {
  const { default: pg } = await loadLibrary({ kind: "a postgres:// store", packages: ["pg"] }, () => import("pg"));
  const sessions = new Sessions({
    name,
    open: async () => {
      const connection = { connectionString: connectionStringOf(url), connectionTimeoutMillis: CONNECT_MS };
      const pool = new pg.Pool({ ...connection, max: CONNECTIONS, allowExitOnIdle: true });
      // What waits for an answer is told; that is enough.
      pool.on("error", () => {});
      await makeTable(pool);
      return pool;
    },
    close: (pool) => void pool.end().catch(() => {}),
    // Class 57 is the server going away; every other state is an answer.
    isAnswer: (error) => /^(?!57)[0-9A-Z]{5}$/.test((error as { code?: string }).code ?? ""),
  });
  const query = async (text: string, values: readonly string[]): Promise<Record<string, string>[]> =>
    sessions.use(async (pool) => (await pool.query(text, [...values])).rows);
  const read = async (key: string): Promise<string | null> =>
    (await query(`SELECT content FROM ${TABLE} WHERE key = $1`, [key]))[0]?.content ?? null;
  const show = async (setting: string): Promise<string> =>
    (await query("SELECT current_setting($1) AS value", [setting]))[0]!.value!;

  return {
    name,
    async putIfAbsent(key, text) {
      const insert = `INSERT INTO ${TABLE} (key, content) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING key`;
      if ((await query(insert, [key, text])).length > 0) return text;
      return foundAfterRefusal(await read(key), name, key);
    },
    read,
    remove: async (key) => void (await query(`DELETE FROM ${TABLE} WHERE key = $1`, [key])),
    againstRemoval: `give Quorate a role of its own: GRANT SELECT, INSERT ON ${TABLE} TO quorate`,
    durability: async () => [
      ...(await writeAhead(show)),
      await persistence(query),
      ...(await replication(query, show)),
    ],
    retention: async () => [
      { setting: `table ${TABLE}`, means: "told", because: "rows have no time to live, and none are evicted" },
    ],
    close: () => sessions.close(),
  };
}

/** Between all modes with TLS the library makes no difference but to print a warning of many lines. */
function connectionStringOf(url: URL): string {
  const bare = new URL(url);
  bare.searchParams.delete("prefix");
  if ((bare.searchParams.get("sslmode") ?? WITHOUT_TLS) !== WITHOUT_TLS)
    bare.searchParams.set("sslmode", "verify-full");
  return bare.href;
}

async function makeTable(pool: Pool): Promise<void> {
  try {
    // Where it is there, the right to make it is not needed.
    const { rows } = await pool.query("SELECT to_regclass($1) IS NOT NULL AS there", [TABLE]);
    if (!rows[0].there) await pool.query(`CREATE TABLE ${TABLE} (key text PRIMARY KEY, content text NOT NULL)`);
  } catch (error) {
    if (!MADE_BY_OTHERS.includes((error as { code?: string }).code ?? "")) throw error;
  }
}

type Query = (text: string, values: readonly string[]) => Promise<Record<string, string>[]>;

async function writeAhead(show: (setting: string) => Promise<string>): Promise<Setting[]> {
  const risks = {
    fsync: "what was written is not forced to disk, and a crash of the machine may ruin all of it; set fsync on",
    synchronous_commit: "answers come before the disk; set synchronous_commit on, or ?options=-csynchronous_commit=on",
    full_page_writes: "pages that a crash tears cannot be mended; set full_page_writes on",
  };
  const settings: Setting[] = [];
  for (const [name, risk] of Object.entries(risks)) {
    const value = await show(name);
    const isBroken = value === "off";
    const because = isBroken ? risk : "as it has to be for an answer to come after the disk";
    settings.push({ setting: `${name} ${value}`, means: isBroken ? "broken" : "told", because });
  }
  return settings;
}

async function persistence(query: Query): Promise<Setting> {
  const [row] = await query("SELECT relpersistence FROM pg_class WHERE oid = to_regclass($1)", [TABLE]);
  const isLogged = row?.relpersistence === "p";
  return isLogged
    ? { setting: `table ${TABLE} logged`, means: "told", because: "a crash leaves what was committed" }
    : { setting: `table ${TABLE} unlogged`, means: "broken", because: "a crash empties it; ALTER TABLE … SET LOGGED" };
}

async function replication(query: Query, show: (setting: string) => Promise<string>): Promise<Setting[]> {
  const [standbys] = await query("SELECT count(*) AS count FROM pg_stat_replication", []);
  if (standbys!.count === "0" || (await show("synchronous_standby_names")) !== "") return [];
  const because = "standbys lag behind: what was put may be gone when one takes over; set synchronous_standby_names";
  return [{ setting: `${standbys!.count} asynchronous standbys`, means: "unknown", because }];
}
