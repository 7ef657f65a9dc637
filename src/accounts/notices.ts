/** A person is told of every change of her account: a record she can read, and a text message. */
import { randomUUID } from 'node:crypto';
import { type Clock, seconds } from '../clock.ts';
import { AlreadyExists, type Collection } from '../storage/index.ts';
import type { Notice, NoticeKind } from './account-store.ts';
import type { Account } from './index.ts';
import { phoneIsHers } from './phone-standing.ts';
import type { SmsGateway } from './sms/sms-gateway.ts';

const sentences: Record<NoticeKind, string> = {
  password_changed: '您的一证通密码已修改。',
  password_recovered: '您的一证通密码已通过找回重新设置，所有登录已退出。',
  totp_added: '您的一证通账户已添加动态口令。',
  totp_removed: '您的一证通账户已移除动态口令。',
  passkey_added: '您的一证通账户已添加通行密钥。',
  passkey_removed: '您的一证通账户已移除通行密钥。',
  passkey_renamed: '您的一证通账户有一个通行密钥已改名。',
  recovery_codes_made: '您的一证通账户已生成新的恢复码，旧恢复码失效。',
  phone_ended: '此手机号码已从一证通账户中移除。',
  phone_confirmed: '您的手机号码已在一证通重新确认。',
  phone_contested: '另一账户确认了同一手机号码。短信登录已暂停，请用证件号码和密码登录后重新确认。',
  data_exported: '您的一证通账户数据已导出。',
  closing_asked: '您已申请注销一证通账户，七天后注销，其间可登录撤回。',
  closing_taken_back: '您的一证通账户注销申请已撤回。',
  account_closed: '您的一证通账户已注销。',
  password_waiting: '有人通过短信和人脸核验为您的一证通设置了新密码，24 小时后生效。',
  password_stopped: '通过找回设置的一证通新密码已取消，原密码不变。',
  reset_proposed: '窗口正在为您的一证通账户办理登录方式重置。',
  authenticators_reset:
    '您的一证通登录方式已在窗口全部清除，所有登录已退出。请用窗口发给您的开通码重新设置密码。',
  scan_mismatch: '有人请您扫码登录，但数字不一致，登录已被拒绝。请不要扫描他人发来的二维码。',
  scan_elsewhere: '您刚才扫码确认了另一城市的一台设备登录。如非本人操作，请立即在“账户安全”中退出所有登录。',
  family_invited: '有人申请成为您的亲属代办人，请登录后决定是否同意。',
  family_linked: '您的一证通账户已建立亲属（监护）关系。',
  family_ended: '您的一证通账户的亲属（监护）关系已解除或未成立。',
  name_changed: '人口登记的姓名已变更，您的一证通账户已随之更新。',
  document_changed: '人口登记的证件号码已变更，您的一证通账户已随之更新，请用新号码登录。',
  level_raised: '您的一证通实名等级已提高到 3 级（人证一致）。',
  shown_at_counter: '办事窗口凭您的身份证件查看了您的证照信息，详见一证通“使用记录”。',
};

const advice = '如非本人操作，请携带证件到就近的政务服务中心。';

export const createNotices = (deps: {
  notices: Collection<Notice>;
  gateway: SmsGateway;
  reaches(phone: string): boolean;
  clock: Clock;
  onFailure?(error: unknown): void;
}) => ({
  /** `link`: where she can answer it; sent, not kept. With an `id` it is told once, however often it is said. */
  async tell(
    account: Account,
    kind: NoticeKind,
    more: { link?: string; id?: string | undefined } = {},
  ): Promise<void> {
    const { link, id = randomUUID() } = more;
    try {
      await deps.notices.insert({ id, account: account.id, kind, at: seconds(deps.clock) });
    } catch (error) {
      if (error instanceof AlreadyExists) return;
      throw error;
    }
    // A phone in doubt may be another person's by now.
    if (account.phone === undefined || !deps.reaches(account.phone)) return;
    if (!phoneIsHers(account, seconds(deps.clock))) return;
    const text = `【一证通】${sentences[kind]}${link ? `如非本人操作，请立即打开 ${link} 取消。` : ''}${advice}`;
    deps.gateway.send({ phone: account.phone, text }).catch((error: unknown) => deps.onFailure?.(error));
  },
  async of(accountId: string): Promise<Notice[]> {
    const found = await deps.notices.find('account', accountId, { limit: 500 });
    return found.sort((a, b) => b.at - a.at);
  },
});
