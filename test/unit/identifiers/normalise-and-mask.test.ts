import { describe, expect, it } from '@jest/globals';
import {
  maskAddress,
  maskName,
  maskNumber,
  maskPhone,
  normaliseDocumentNumber,
  normaliseLoginName,
  normaliseName,
  normalisePhone,
} from '../../../src/identifiers/index.ts';

describe('normalising what people type', () => {
  it.each([
    '19900000001',
    '+86 199 0000 0001',
    '0086-199-0000-0001',
    '86 19900000001',
    '１９９００００００01',
    ' 199\u00A00000\u20110001 ',
    '\u202D19900000001\u202C',
    '(+86) 199-0000-0001',
  ])('reads %p as one mainland phone', (typed) => {
    expect(normalisePhone(typed)).toBe('19900000001');
    expect(normaliseLoginName(typed)).toBe('19900000001');
  });

  it.each([
    ['+852 5123 4567', '+85251234567'],
    ['00 44 20 7946 0000', '+442079460000'],
  ])('keeps the country of the phone %p', (typed, phone) => {
    expect(normalisePhone(typed)).toBe(phone);
  });

  it.each(['12900000001', '1990000000', '199000000011', '+86 12345678', 'abc', ''])(
    'finds no phone in %p',
    (typed) => {
      expect(normalisePhone(typed)).toBeUndefined();
    },
  );

  it.each([
    '11010519491231002x',
    '110105 19491231 002X',
    '１１０１０５１９４９１２３１００２Ｘ',
    '110105-19491231-002x\u200B',
  ])('reads %p as one document number', (typed) => {
    expect(normaliseDocumentNumber(typed)).toBe('11010519491231002X');
    expect(normaliseLoginName(typed)).toBe('11010519491231002X');
  });

  it('reads one name through widths, spaces and kinds of middle dot', () => {
    for (const typed of [
      '古丽・巴努',
      '古丽•巴努',
      '古丽‧巴努',
      '古丽．巴努',
      ' 古丽 · 巴努 ',
      '古丽･巴努',
    ]) {
      expect(normaliseName(typed)).toBe('古丽·巴努');
    }
    expect(normaliseName('ＰＥＴＲＯＶ　 SOFIA')).toBe('PETROV SOFIA');
  });
});

describe('masking what stands on a screen', () => {
  it.each([
    ['张三', '张**'],
    ['张三丰', '张**'],
    ['欧阳文博', '欧阳**'],
    ['欧阳', '欧**'],
    ['古丽巴努·阿布都克里木江', '古**'],
    ['PETROV SOFIA', 'P**'],
    ['𬱖文', '𬱖**'],
    ['', ''],
  ])('shows the name %s as %s', (name, masked) => {
    expect(maskName(name)).toBe(masked);
  });

  it.each([
    ['33010619900618123X', '3301**********123X'],
    ['CAN330012345678', 'CAN3**********5678'],
    ['K1234567', 'K1****67'],
    ['12345', '1****'],
    ['', ''],
  ])('shows the number %s as %s', (number, masked) => {
    expect(maskNumber(number)).toBe(masked);
  });

  it.each([
    ['13800001234', '138****1234'],
    ['+85251234567', '+85****4567'],
    ['123', '****'],
  ])('shows the phone %s as %s', (phone, masked) => {
    expect(maskPhone(phone)).toBe(masked);
  });

  it.each([
    ['浙江省杭州市西湖区青禾路128号', '浙江省杭州市西湖区****'],
    ['浙江省温州市龙港市望湖街3号', '浙江省温州市龙港市****'],
    ['浙江省丽水市景宁畲族自治县桂花巷1号', '浙江省丽水市景宁畲族自治县****'],
    ['浙江省嘉兴市桐乡市示范大道5号', '浙江省嘉兴市桐乡市****'],
    ['上海市徐汇区东渡路6号望月小区', '上海市徐汇区****'],
    ['文三路90号东区', '****'],
    ['青禾路望月小区8幢', '****'],
    ['', ''],
  ])('shows the address %s as %s', (address, masked) => {
    expect(maskAddress(address)).toBe(masked);
  });
});
