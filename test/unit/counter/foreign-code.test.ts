import { describe, expect, it } from '@jest/globals';
import { foreignCode } from '../../../web/counter/foreign-code.ts';

const origin = 'https://zj.example';
const kindOf = (text: string) => foreignCode(text, origin)?.kind;

describe('a code that is no certificate', () => {
  it.each([
    ['134567890123456789', 'wechat_pay'],
    ['281234567890123456', 'alipay'],
    ['6212345678901234567', 'unionpay'],
    ['wxp://f2f0abcdefghijklmnopqrstuvwx', 'collecting'],
    ['https://qr.alipay.com/fkx12345abcde', 'collecting'],
    ['HTTPS://QR.ALIPAY.COM/FKX12345ABCDE', 'collecting'],
    ['https://u.wechat.com/MAbcdefgh', 'wechat'],
    ['https://jkm.example.gov.cn/code?id=1', 'health'],
    ['HC1:NCFOXN%TSMAHN-HLYK', 'health'],
    ['shc:/56762909510950603511292437', 'health'],
    ['https://example.org/some/where?x=1', 'link'],
    ['http://localhost.example:8080/', 'link'],
    [`${origin}/wallet/#/scan/AAAAAAAAAAAAAAAAAAAAAA`, 'sign_in'],
    [`${origin}/p/pt_0123456789abcdefghijkl`, 'poster'],
    [`${origin}/offers/o_0123456789abcdefghijkl`, 'offer'],
    [`${origin}/portal`, 'ours'],
    ['openid-credential-offer://?credential_offer_uri=https%3A%2F%2Fzj.example', 'offer'],
    ['openid4vp://?client_id=x509_san_dns%3Aexample.org', 'request'],
    ['mdoc:owBjMS4wAYIB2BhYS6QBAiABIVgg', 'mdoc'],
    ['VC1-RSJRPWCR803A3P0098G3A3-B02', 'certificate_barcode'],
    ['WIFI:T:WPA;S:office;P:secret;;', 'wifi'],
    ['BEGIN:VCARD\nFN:X\nEND:VCARD', 'contact'],
    ['tel:+8657100000000', 'contact'],
    ['6901234567892', 'goods'],
    ['SF1234567890123', 'goods'],
    ['33010119900307123X', 'id_number'],
    ['110101199003071234', 'id_number'],
  ])('%s is named', (text, kind) => {
    expect(kindOf(text)).toBe(kind);
  });

  it.each([
    'SC1:NCFOXN',
    'PS1:6BF',
    '{"@context":[]}',
    'eyJhbGciOiJFUzI1NiJ9.e30.AA~',
    'o2dkb2NUeXBl',
    '',
    '你好',
    'https://',
    'javascript:alert(1)',
  ])('%s is left to the verifier', (text) => {
    expect(foreignCode(text, origin)).toBeUndefined();
  });

  it('says in both languages what it is and what to ask for, and repeats nothing but the host of a link', () => {
    const link = foreignCode('https://user:pass@shop.example/a?phone=13900000000#x', origin)!;
    expect(link.sentence).toEqual({
      zh: '这是网页链接（shop.example），不是证照码。',
      en: 'This is a web link (shop.example), not a certificate.',
    });
    expect(link.advice.zh).toContain('亮证');
    const pay = foreignCode('134567890123456789', origin)!;
    expect(JSON.stringify(pay)).not.toContain('1345678');
    expect(pay.sentence.zh).toBe('这是微信付款码，不是证照码。');
  });

  it('does not take another host for ours or for a bank’s because a part of it looks alike', () => {
    expect(kindOf('https://qr.alipay.com.evil.example/x')).toBe('link');
    expect(kindOf('https://zj.example.evil.example/wallet/#/scan/AAAAAAAAAAAAAAAAAAAAAA')).toBe('link');
    expect(kindOf('http://zj.example/wallet/#/scan/AAAAAAAAAAAAAAAAAAAAAA')).toBe('link');
    expect(
      foreignCode(`https://${'a'.repeat(63)}.${'b'.repeat(63)}.example/`, origin)!.sentence.en.length,
    ).toBeLessThan(120);
  });
});
