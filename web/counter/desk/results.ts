import type { Verdict } from '../../../src/verifier/core/index.ts';
import { serverOffset } from '../../shared/server-time.ts';
import { type Result, randomId } from './desk-api.ts';

/** Of a judgement, what may be kept and handed in: no field's value, no name, and nothing of what is no certificate. */
export const resultOf = (
  { code, format, type, view, statusEntry, madeAt, packNumber }: Verdict,
  officer: string,
  item: string | undefined,
  scannedAt: number,
): Result | undefined =>
  type && {
    id: randomId(),
    officer,
    ...(item !== undefined && { item }),
    format,
    verdict: code,
    type: type.id,
    ...(view && { view: view.number }),
    ...(statusEntry && { entry: { list: statusEntry.list, index: statusEntry.index } }),
    // By the server's clock: it takes nothing from the future, and a device may be a day ahead.
    scanned_at: scannedAt + serverOffset(),
    ...(madeAt !== undefined && { made_at: madeAt }),
    ...(packNumber !== undefined && { pack_number: packNumber }),
  };
