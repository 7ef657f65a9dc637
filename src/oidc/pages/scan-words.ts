/** Words of the page that draws a code to scan. */
import type { Text } from '../../http/index.ts';

const text = (zh: string, en: string): Text => ({ zh, en });

export const scanWords = {
  title: text('扫码登录', 'Sign in by scanning'),
  open: text('用手机上的卡包或相机扫描', 'Scan it with your phone: the wallet, or the camera'),
  codeLabel: text('登录二维码', 'QR code to sign in'),
  renews: text(
    '二维码 60 秒内有效，过期自动更换，本页不会丢失。',
    'A code is good for 60 seconds and is then replaced by itself. This page stays.',
  ),
  another: text('换一个二维码', 'Show a new code'),
  scanned: text('我已扫码', 'I have scanned it'),
  numberTitle: text('在手机上选这个数字', 'Choose this number on your phone'),
  seen: text('手机已扫码，请在手机上核对并确认。', 'Scanned. Now check and confirm on your phone.'),
  shows: text('手机上应显示本设备：', 'Your phone should show this device:'),
  done: text('我已在手机上确认', 'I have confirmed on my phone'),
  confirmed: text('手机已确认，正在登录…', 'Confirmed. Signing you in…'),
  goOn: text('继续', 'Continue'),
  refused: text(
    '手机上拒绝了这次登录，或选的数字不一致。',
    'It was refused on the phone, or another number was chosen.',
  ),
  refusedAdvice: text('如果仍要登录，请换一个二维码。', 'If you still want to sign in, show a new code.'),
  notYet: text('手机还没有确认。', 'The phone has not confirmed yet.'),
  notYetAdvice: text('请先在手机上核对并确认。', 'Check and confirm on the phone first.'),
  notTaken: text('未能登录。', 'You are not signed in.'),
  notTakenAdvice: text(
    '手机上的登录已结束或二维码已失效，请换一个二维码再试。',
    'The phone has been signed out, or the code has ended. Try with a new code.',
  ),
  waiting: text('正在等待手机扫码。', 'Waiting for your phone.'),
  only: text(
    '只扫描您自己打开的页面上的二维码，不要扫描别人发来的。',
    'Only scan a code on a page you opened yourself, never one that was sent to you.',
  ),
  otherWay: text('其他登录方式', 'Other ways to sign in'),
} satisfies Record<string, Text>;
