import { Router } from 'express';
import { html, languageOf, sendPage, type Text } from '../../http/index.ts';
import type { Outbox } from './outbox.ts';

const words: Record<'title' | 'sample' | 'none', Text> = {
  title: { zh: '短信发件箱（示例）', en: 'Text messages (sample)' },
  sample: {
    zh: '这是开发用的示例短信通道：短信没有发出，只显示在这里，15 分钟后消失。正式环境不会启用。',
    en: 'A sample adapter for developers: nothing was sent. Messages stand here for 15 minutes. Production refuses it.',
  },
  none: { zh: '还没有短信。', en: 'No messages yet.' },
};

/** GET /dev/outbox, mounted in development only. */
export const outboxRoutes = (outbox: Outbox): Router => {
  const router = Router();
  router.get('/dev/outbox', async (req, res) => {
    const language = languageOf(req);
    const messages = await outbox.messages();
    sendPage(res, 200, {
      language,
      languageLink: `/dev/outbox?lang=${language === 'zh' ? 'en' : 'zh'}`,
      title: words.title[language],
      body: html`<h1>${words.title[language]}</h1>
<p class="note check">${words.sample[language]}</p>
${messages.length === 0 && html`<p>${words.none[language]}</p>`}
<ul class="learns">${messages.map(
        (message) =>
          html`<li><span class="soft">${message.phone} · ${new Date(message.at).toISOString().slice(11, 19)} UTC</span><br>${message.text}</li>`,
      )}</ul>`,
    });
  });
  return router;
};
