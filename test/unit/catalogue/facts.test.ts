import { describe, expect, it } from '@jest/globals';
import { valueInView, viewEntry } from '../../../src/credentials/catalogue/view-entries.ts';
import { writeJsonSchema } from '../../../src/credentials/catalogue/write-json-schema.ts';
import { fieldFits } from '../../../src/credentials/fields-fit.ts';
import { readCatalogue } from '../../../src/credentials/index.ts';

const catalogue = readCatalogue('config/certificates');
const idCard = catalogue.get('resident_id_card');
const report = catalogue.get('credit_report');
const at = (time: string) => Date.parse(time) / 1000;

describe('facts that stand in a view in place of the value behind them', () => {
  it.each([
    ['2008-11-24', '2026-11-23T15:59:59Z', false],
    // Midnight in China.
    ['2008-11-24', '2026-11-23T16:00:00Z', true],
    ['2008-02-29', '2026-02-28T12:00:00Z', false],
    ['2008-02-29', '2026-03-01T00:00:00Z', true],
  ])('born %s, asked at %s: aged 18 or over is %s', (birth, now, answer) => {
    expect(valueInView(idCard, 'over_18', { birth_date: birth }, at(now))).toBe(answer);
  });

  it('say whether a credit grade is good or better, and not which (CRD-2)', () => {
    const grade = (value: string) => valueInView(report, 'grade_good', { grade: value }, 0);
    expect(['优秀', '良好', '中等', '较差'].map(grade)).toEqual([true, true, false, false]);
    expect(valueInView(report, 'grade_good', {}, 0)).toBeUndefined();
    const view = report.views.find(({ id }) => id === 'grade')!;
    expect(view.fields.map(({ field }) => field)).not.toContain('grade');
    expect(viewEntry(report, 'grade_good')).toMatchObject({ kind: 'flag' });
  });
});

describe('a yes or no about the class of a licence', () => {
  const licence = catalogue.get('driving_licence');
  it.each([
    ['C1', true],
    ['C1D', true],
    ['A1A2D', true],
    ['B2E', true],
    ['C2', false],
    ['DE', false],
    ['C6', false],
  ])('of class %s it is %s that she may drive a C1 car', (value, answer) => {
    expect(valueInView(licence, 'drives_c1', { class: value }, 0)).toBe(answer);
  });

  it('shows nothing else, has a status, and asks for a second code: nothing in it can be compared', () => {
    const view = licence.views.find(({ id }) => id === 'class_c1')!;
    expect(view.fields.map(({ field }) => field)).toEqual(['drives_c1']);
    expect([view.anonymous, view.careful]).toEqual([undefined, true]);
  });
});

describe('the JSON Schema of a type', () => {
  it('has every field with its label, length and pattern, and no other', () => {
    for (const type of catalogue.types()) {
      const schema = writeJsonSchema(type, 'http://localhost:3000');
      expect(Object.keys(schema.properties)).toEqual(type.fields.map(({ name }) => name));
      expect(schema.additionalProperties).toBe(false);
    }
  });

  it.each([
    ['vehicle_licence', 'vin', 'LZABC123456789012', 'LZIOQ123456789012'],
    ['vehicle_licence', 'plate', '浙AD12345', 'AD12345'],
    ['food_business_permit', 'permit_number', 'JY13301060012345', 'JY1330106001234'],
    ['business_licence', 'credit_code', '91330302MY9900017J', '91330302MY990001IJ'],
    ['fiscal_receipt', 'amount', '120.50', '120.5'],
  ])('%s.%s takes %s and refuses %s', (id, name, good, bad) => {
    const field = catalogue.get(id).fields.find((known) => known.name === name)!;
    expect([fieldFits(field, good), fieldFits(field, bad)]).toEqual([true, false]);
  });
});
