// One plain page for both sample apps.
export const escapeHtml = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

const style = `:root{color-scheme:light dark;--ink:#1a1f2b;--paper:#fff;--soft:#566072;--line:#d5dae4;--blue:#0b57d0;--on:#fff}
@media(prefers-color-scheme:dark){:root{--ink:#e8ebf2;--paper:#11151e;--soft:#a7b0c2;--line:#3a4356;--blue:#8ab4ff;--on:#0b1a33}}
body{font:16px/1.6 "PingFang SC","HarmonyOS Sans","Noto Sans SC","Noto Sans CJK SC","Microsoft YaHei",system-ui,sans-serif;margin:0 auto;max-width:36rem;padding:16px;color:var(--ink);background:var(--paper);overflow-wrap:anywhere}
header{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:center;min-height:48px}
h1{font-size:1.5rem;line-height:1.35;margin:16px 0}h1 [lang]{display:block;font-size:1rem;font-weight:400;color:var(--soft)}
.soft,dt{color:var(--soft)}dl{border-top:1px solid var(--line)}dt{padding-top:8px}dd{margin:0;padding-bottom:8px;border-bottom:1px solid var(--line);font-variant-numeric:tabular-nums}
ul{padding:0;list-style:none}li{padding:12px 0;border-bottom:1px solid var(--line)}a,button{color:var(--blue);font:inherit}
.main{display:inline-flex;align-items:center;min-height:48px;padding:8px 24px;border:0;border-radius:8px;background:var(--blue);color:var(--on);font-weight:700;text-decoration:none;cursor:pointer}
.plain{background:none;border:0;min-height:44px;padding:0;text-decoration:underline;cursor:pointer}.link{display:inline-flex;align-items:center;min-height:44px}
form{margin:24px 0}header form{margin:0}`;

/** A heading in both languages. */
export const heading = (zh, en) => `<h1>${zh} <span lang="en">${en}</span></h1>`;

/** `issuer` is where the sign-out form leads; everything else stays on this app. */
export const createPage =
  ({ zh, en, issuer }) =>
  (res, status, body, { signedIn = false } = {}) => {
    const out =
      '<form method="post" action="/logout"><button class="plain">退出 <span lang="en">Sign out</span></button></form>';
    res.status(status).set({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'content-security-policy': `default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'self' ${issuer}; frame-ancestors 'none'; base-uri 'none'`,
    });
    res.type('html').send(`<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>${zh}</title><style>${style}</style><link rel="icon" href="data:,"></head>
<body><header><strong>${zh} <span lang="en">${en}</span></strong>${signedIn ? out : ''}</header><main>${body}</main></body></html>`);
  };
