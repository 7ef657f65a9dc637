import { describe, expect, it } from '@jest/globals';
import { createLogger } from '../../src/log.ts';

const logged = (object: object): Record<string, unknown> => {
  const lines: string[] = [];
  createLogger('info', { write: (line) => void lines.push(line) }).info(object, 'text');
  return JSON.parse(lines[0]!) as Record<string, unknown>;
};

describe('the log', () => {
  it('says which failure it was and what the system called it', () => {
    const error = Object.assign(new Error('disk full'), { code: 'SQLITE_FULL' });
    const line = logged({ err: error, failure: 'store_unavailable' });
    expect(line).toMatchObject({
      failure: 'store_unavailable',
      err: { reason: 'SQLITE_FULL', message: 'disk full' },
    });
  });

  it('never says a code, a token, a name or a number of a person', () => {
    const error = new Error('no row for 34010419900618960X, phone 19900000001');
    const text = JSON.stringify(
      logged({ err: error, code: 'secret-1', req: { token: 'secret-2', body: { name: 'secret-3' } } }),
    );
    expect(text).not.toMatch(/secret-|34010419900618960X|19900000001/);
    expect(text).toContain('[redacted]');
  });
});
