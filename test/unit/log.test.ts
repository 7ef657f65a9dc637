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

  it('knows a number of a person whatever stands beside it', () => {
    for (const text of [
      'phone +8613900000001 unknown',
      'to:008613900000001',
      'sms_13900000001',
      'holder_34010419900618960X',
      'id34010419900618960x.',
      '号码34010419900618960X已占用',
    ])
      expect(JSON.stringify(logged({ err: new Error(text) }))).not.toMatch(/13900000001|34010419900618960/);
    // An instant in milliseconds, and a long number, are nobody's.
    expect(
      JSON.stringify(logged({ err: new Error('at 1795400000000, size 99999999999999999999') })),
    ).toContain('at 1795400000000, size 99999999999999999999');
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
