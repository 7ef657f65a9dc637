/**
 * A department's register over HTTP. The department answers two calls below the address in the settings:
 * `POST <url>/find` `{ holder: { kind, number } }` -> `{ rows: RegisterRow[], blocked: boolean }` and
 * `GET <url>/intake` -> IntakeReport. The number goes in the body: addresses end up in logs.
 */
import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { ServiceError } from '../../errors.ts';
import { canonicalDocumentKind, documentKey, normaliseDocumentNumber } from '../../identifiers/index.ts';
import type { Catalogue, CertificateType } from '../catalogue/certificate-type.ts';
import { createCircuit } from './circuit.ts';
import { judgeRow } from './judge-row.ts';
import {
  anglesOf,
  type FoundRows,
  type IntakeReport,
  type Register,
  type RegisterRow,
  type Registers,
} from './register.ts';
import { connectToRegister, type RegisterConnectionSettings } from './register-connection.ts';

export type HttpRegisterSettings = RegisterConnectionSettings;

/** So many rows of one person for one type are not a register but a mistake. */
const mostRows = 100;

const scalar = z.union([z.string().max(2_000), z.number(), z.boolean()]);
const holderSchema = z.object({ kind: z.string().max(10), number: z.string().max(40) });

const foundSchema = z.object({
  rows: z
    .array(
      z.object({
        key: z.string().max(200),
        holder: holderSchema,
        state: z.string().max(10),
        issuer: z.string().max(64),
        fields: z.record(z.string().max(64), scalar),
      }),
    )
    .max(mostRows),
  blocked: z.boolean(),
});

const count = z.number().int().min(0);
const intakeSchema = z.object({
  rows: count,
  usable: count,
  blocked: count,
  flagged: count,
  counts: z.record(z.string().regex(/^[a-z_]{1,64}$/), count),
  findings: z
    .array(
      z.object({
        line: count,
        code: z.string().regex(/^[a-z_]{1,64}$/),
        field: z
          .string()
          .regex(/^[a-z][a-z0-9_]{0,63}$/)
          .optional(),
        effect: z.enum(['blocked', 'flagged']),
      }),
    )
    .max(10_000),
});

interface Holder {
  kind: string;
  number: string;
}

const keyOf = ({ kind, number }: Holder): string | undefined => {
  const canonical = canonicalDocumentKind(kind);
  return canonical && documentKey({ kind: canonical, number: normaliseDocumentNumber(number) });
};

/** The rows that may be issued, and whether one was held back: by the department, or by our own rules (SHR-4). */
const judge = (type: CertificateType, asked: Holder, answer: z.infer<typeof foundSchema>): FoundRows => {
  const rows: RegisterRow[] = [];
  let { blocked } = answer;
  answer.rows.forEach((given, index) => {
    const cells = {
      ...Object.fromEntries(Object.entries(given.fields).map(([name, value]) => [name, String(value)])),
      key: given.key,
      holder_kind: given.holder.kind,
      holder_number: given.holder.number,
      issuer: given.issuer,
      state: given.state,
    };
    const { row } = judgeRow({ line: index + 1, cells }, type, () => undefined);
    // A register that answers with somebody else's row has a fault, and that row is nobody's here.
    const hers = row && anglesOf(row).find(({ holder }) => keyOf(holder) === keyOf(asked));
    if (hers) rows.push(hers);
    else blocked = true;
  });
  return { rows, blocked };
};

/** One register behind an address. Throws register_unavailable when it is slow, down or answers nonsense. */
export const openHttpRegister = (
  settings: HttpRegisterSettings & { type: CertificateType; clock: Clock },
): Register => {
  const { type, clock } = settings;
  const connection = connectToRegister(settings);
  const circuit = createCircuit({ clock });

  const call = async <Schema extends z.ZodType>(
    name: string,
    schema: Schema,
    body?: object,
  ): Promise<z.infer<Schema>> => {
    try {
      return await circuit.run(async () => {
        const parsed = schema.safeParse(await connection(name, body));
        // Not zod's message: it may quote what it read.
        if (!parsed.success) throw new Error('the register answered in another shape');
        return parsed.data;
      });
    } catch (cause) {
      throw new ServiceError('register_unavailable', { cause });
    }
  };
  return {
    id: type.register,
    adapter: 'http',
    async find({ kind, number }) {
      const holder = { kind, number };
      return judge(type, holder, await call('find', foundSchema, { holder }));
    },
    intake: async () => ({
      ...((await call('intake', intakeSchema)) as IntakeReport),
      register: type.register,
    }),
  };
};

/** Registers by the settings; a type whose register has no address is found in none. */
export const openHttpRegisters = (input: {
  settings: Readonly<Record<string, HttpRegisterSettings>>;
  catalogue: Catalogue;
  clock: Clock;
}): Registers => {
  const registers = new Map<string, Register>();
  const types = new Map(input.catalogue.types().map((type) => [type.register, type]));
  for (const [id, settings] of Object.entries(input.settings)) {
    const type = types.get(id);
    if (!type) throw new Error(`registers.http.${id}: no certificate type reads a register of this name`);
    registers.set(id, openHttpRegister({ ...settings, type, clock: input.clock }));
  }
  return {
    get(id) {
      const register = registers.get(id);
      if (!register) throw new ServiceError('not_in_register', { detail: 'this register is not connected' });
      return register;
    },
    all: () => [...registers.values()],
  };
};
