/**
 * From the pinned root to the one in force: each root names the next ahead of time, and nobody else can. What a device has
 * seen wins over what a pack tells it: once it follows a next root, the one before is believed no more.
 */
import { calculateJwkThumbprint, type JWK } from 'jose';
import type { Examination } from './examination.ts';
import { type Jws, parseJws, verifyJws } from './jws.ts';
import { asRootStatement } from './pack-shape.ts';
import type { PublicKeyJwk, RootStatementPayload } from './trust-list.ts';
import type { PackMemory } from './trusted.ts';

/** What is known before this pack: the root believed, and the thumbprint it named as the next. */
interface Known {
  root: PublicKeyJwk;
  next: string | undefined;
}

export interface FollowedRoot {
  statement: RootStatementPayload;
  /** To be remembered: the root that signed it, and the thumbprint it named first as the next. */
  root: PublicKeyJwk;
  nextRoot: string | undefined;
  /** What was remembered under this very root: numbers a stolen root before it wrote do not hold against the next one. */
  before: PackMemory | undefined;
}

const STATEMENT_TYP = 'onecert-root+jwt';

export const thumbprint = (jwk: PublicKeyJwk): Promise<string> => calculateJwkThumbprint(jwk as JWK);

/** The statement's root when it is the known one or the next one that it named, and signed this. */
const rootOf = async (jws: Jws, statement: RootStatementPayload, known: Known) => {
  const signer = await thumbprint(statement.root);
  const root =
    signer === (await thumbprint(known.root))
      ? known.root
      : signer === known.next
        ? statement.root
        : undefined;
  return root && (await verifyJws(jws, root)) ? root : undefined;
};

/** A next root that is remembered stays: a stolen root could name another. */
const nextOf = (root: PublicKeyJwk, statement: RootStatementPayload, known: Known): string | undefined =>
  (root === known.root ? known.next : undefined) ?? (statement.next_root || undefined);

/** Past statements only say which root came next; whichever are of no known root say nothing. */
const walk = async (known: Known, history: readonly string[]): Promise<Known> => {
  let current = known;
  for (const text of history) {
    const jws = parseJws(text, STATEMENT_TYP);
    const statement = jws && asRootStatement(jws.payload);
    const root = statement && (await rootOf(jws, statement, current));
    if (!root) continue;
    current = { root, next: nextOf(root, statement, current) };
  }
  return current;
};

export const followRoots = async (
  examination: Examination,
  pack: { root_statement: string; root_history?: string[] },
  pinned: PublicKeyJwk,
  memory: PackMemory | undefined,
): Promise<FollowedRoot> => {
  const jws = examination.found(
    'root-statement-readable',
    parseJws(pack.root_statement, STATEMENT_TYP),
    'pack_invalid',
  );
  const statement = examination.found('root-statement-format', asRootStatement(jws.payload), 'pack_invalid');
  const remembered: Known = { root: memory?.root ?? pinned, next: memory?.nextRoot };
  const known = (await rootOf(jws, statement, remembered))
    ? remembered
    : await walk(remembered, pack.root_history ?? []);
  const root = examination.found('root-is-pinned', await rootOf(jws, statement, known), 'pack_invalid');
  const before = root === remembered.root ? memory : undefined;
  examination.check(
    'root-statement-not-older',
    statement.number >= (before?.statementNumber ?? 0),
    'pack_invalid',
  );
  return { statement, root, nextRoot: nextOf(root, statement, known), before };
};
