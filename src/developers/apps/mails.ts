/** What the contacts of an app are told: the app's name, what happened and where to look; nothing of a person. */
import type { Text } from '../../http/index.ts';
import type { AppRecord, RecordAct } from './app-record.ts';
import type { AppRecordDeps } from './dependencies.ts';
import { clientName } from './manifest.ts';

const text = (zh: string, en: string): Text => ({ zh, en });

const news: Partial<Record<RecordAct, Text>> = {
  tested: text('已在沙箱中试用成功。', 'It has worked in the sandbox.'),
  changed: text('登记信息已更改。', 'What is registered of it was changed.'),
  listing_asked: text('已提交上架审核。', 'It was handed in for review.'),
  change_asked: text('已提交变更审核。', 'A change was handed in for review.'),
  taken_back: text('审核申请已撤回。', 'The request for review was taken back.'),
  sent_back: text(
    '审核未通过，已退回，原因见页面。',
    'The reviewer sent it back; the reasons stand on the page.',
  ),
  listed: text('已上架，可以使用统一登录。', 'It is listed: people can sign in.'),
  change_approved: text('变更已通过审核并生效。', 'The change was approved and is in force.'),
  suspended: text(
    '已暂停：不再签发令牌，已有令牌和登录失效，原因见页面。',
    'It is suspended: it gets no token, and what it had is dead; the reasons stand on the page.',
  ),
  resumed: text('已恢复，用户须重新登录。', 'It is listed again; people sign in anew.'),
  retired: text('已下架，不再恢复。', 'It is retired for good.'),
};

export const pageOf = (deps: Pick<AppRecordDeps, 'baseUrl'>, { id }: Pick<AppRecord, 'id'>): string =>
  `${deps.baseUrl}/account/developer-app?id=${id}`;

/** A mail that cannot be sent never undoes what it tells of. */
const send = async (deps: AppRecordDeps, to: string, subject: string, lines: string[]): Promise<boolean> => {
  try {
    await deps.mail.send({ to, subject, text: lines.join('\n') });
    return true;
  } catch (error) {
    deps.onFailure(error);
    return false;
  }
};

export const tellContacts = async (deps: AppRecordDeps, record: AppRecord, act: RecordAct): Promise<void> => {
  const what = news[act];
  if (what === undefined || deps.mail.adapter === 'none') return;
  const name = clientName(record.manifest);
  for (const to of record.confirmedContacts) {
    await send(deps, to, `${name}：应用登记 App registration`, [
      `${name}：${what.zh}`,
      `${name}: ${what.en}`,
      pageOf(deps, record),
    ]);
  }
};

/** False when the mail service did not take it. */
export const sendContactCode = (
  deps: AppRecordDeps,
  record: AppRecord,
  to: string,
  code: string,
): Promise<boolean> => {
  const name = clientName(record.manifest);
  return send(deps, to, `${name}：确认联系邮箱 Confirm this mailbox`, [
    `此邮箱被填写为应用“${name}”的联系邮箱。确认码：${code}（24 小时内有效）。如与您无关，请忽略。`,
    `This mailbox was named as the contact of “${name}”. Code: ${code} (good for 24 hours). If you do not know it, do nothing.`,
    pageOf(deps, record),
  ]);
};
