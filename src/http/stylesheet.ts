/** The shared tokens (ui.md) and the few rules of the server's own pages. Dark is derived, not drawn twice. */
export const stylesheet = `
:root {
  --ink: #1a1f2b; --paper: #ffffff; --mist: #f3f5f9; --line: #d5dae4; --soft: #566072;
  --blue: #0b57d0; --on-blue: #ffffff; --valid: #0a7d38; --check: #8a5200; --not-valid: #b3261e;
  color-scheme: light dark;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e8ebf2; --paper: #1a1f2b; --mist: #11151e; --line: #3a4356; --soft: #a7b0c2;
    --blue: #8ab4ff; --on-blue: #0b1a33; --valid: #6fd694; --check: #f0b95e; --not-valid: #ff9a91;
  }
}
/* The sandbox has an accent of its own, so that a picture of a page already tells. */
[data-sandbox] { --blue: #7a3e9d; --on-blue: #ffffff; }
@media (prefers-color-scheme: dark) { [data-sandbox] { --blue: #d7a8f5; --on-blue: #2a0f3a; } }
.sandbox-band {
  position: sticky; top: 0; z-index: 1; margin: 0; padding: 8px 16px; text-align: center;
  background: var(--blue); color: var(--on-blue);
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; min-height: 100vh; background: var(--mist); color: var(--ink);
  font: 400 1rem/1.6 "PingFang SC", "HarmonyOS Sans", "Noto Sans SC", "Noto Sans CJK SC", "Microsoft YaHei", system-ui, sans-serif;
  overflow-wrap: anywhere;
}
/* English quotes come from a Latin face, not at a Chinese character's width. */
:lang(en) body { font-family: -apple-system, "Segoe UI", Roboto, "PingFang SC", "Noto Sans SC", "Noto Sans CJK SC", "Microsoft YaHei", system-ui, sans-serif; }
a { color: var(--blue); text-underline-offset: .2em; }
/* Links of ours stand alone, not in a sentence: each is a target for a thumb. */
.sheet > p > a, .sheet .learns a, .sheet .facts a { display: inline-flex; align-items: center; min-height: 44px; }
.top {
  display: flex; flex-wrap: wrap; gap: 0 16px; justify-content: space-between; align-items: center;
  max-width: 32rem; margin: 0 auto; padding: 12px 16px;
}
.brand { min-height: 44px; display: flex; flex-wrap: wrap; align-items: center; gap: 0 8px; margin: 0; }
.mark {
  display: inline-grid; place-items: center; width: 28px; height: 28px; border-radius: 8px;
  background: var(--blue); color: var(--on-blue); font-weight: 700; line-height: 1;
}
.name { font-weight: 700; }
.service { color: var(--soft); }
.choices { display: flex; flex-wrap: wrap; margin: 0 0 0 auto; }
.choices a { display: inline-flex; align-items: center; min-height: 44px; padding: 0 8px; }
@media (max-width: 27rem) { .service { display: none; } }
.sheet {
  max-width: 32rem; margin: 0 auto; padding: 24px 16px 32px; background: var(--paper);
  border-top: 1px solid var(--line);
}
@media (min-width: 36rem) {
  .top { padding-top: 32px; }
  .sheet { border: 1px solid var(--line); border-radius: 12px; padding: 32px; box-shadow: 0 1px 3px rgb(0 0 0 / .08); }
  body { padding-bottom: 48px; }
}
h1 { font-size: 1.5rem; line-height: 1.35; font-weight: 700; margin: 0 0 8px; }
h2 { font-size: 1rem; font-weight: 700; margin: 24px 0 4px; }
p { margin: 0 0 12px; }
.soft { color: var(--soft); }
.asker { font-weight: 700; }
.app-logo { width: 40px; height: 40px; margin-inline-end: 10px; vertical-align: middle; border-radius: 8px; object-fit: contain; background: #fff; }
.learns { list-style: none; margin: 0 0 16px; padding: 0; border-top: 1px solid var(--line); }
.learns li { padding: 10px 0; border-bottom: 1px solid var(--line); }
.learns a { margin-block: -8px; }
.learns .values { display: block; font-variant-numeric: tabular-nums; }
form { margin: 0; }
label { display: block; font-weight: 700; margin: 16px 0 4px; }
input[type=text], input[type=password], input[type=date], select, textarea {
  display: block; width: 100%; min-height: 48px; padding: 10px 12px; font: inherit; color: inherit;
  background: var(--paper); border: 1px solid var(--soft); border-radius: 8px;
}
:focus-visible { outline: 3px solid var(--blue); outline-offset: 2px; }
.hint { color: var(--soft); margin: 4px 0 0; }
.fault { color: var(--not-valid); font-weight: 700; margin: 4px 0; }
.fault::before { content: "⚠ "; }
[aria-invalid=true] { border: 2px solid var(--not-valid); }
textarea { line-height: 1.5; resize: vertical; }
fieldset { border: 0; margin: 16px 0 0; padding: 0; }
legend { font-weight: 700; padding: 0; }
.box { display: flex; gap: 12px; align-items: flex-start; margin: 8px 0; }
.box input { flex: none; width: 24px; height: 24px; margin: 10px 0; accent-color: var(--blue); }
.box label { margin: 0; padding: 9px 0; font-weight: 400; min-height: 44px; }
.note {
  border-left: 4px solid var(--not-valid); background: var(--mist); border-radius: 0 8px 8px 0;
  padding: 10px 12px; margin: 16px 0;
}
.note.check { border-left-color: var(--check); }
.note strong { color: var(--not-valid); }
.note.check strong { color: var(--check); }
.acts { display: flex; flex-wrap: wrap; gap: 12px; margin-top: 24px; }
.acts > * { flex: 1 1 9rem; }
button, .button {
  display: inline-flex; align-items: center; justify-content: center; width: 100%; min-height: 48px; padding: 10px 20px;
  font: inherit; font-weight: 700; text-align: center; text-decoration: none; cursor: pointer;
  border: 1px solid var(--blue); border-radius: 8px; background: var(--blue); color: var(--on-blue);
}
button.plain { background: transparent; color: var(--blue); border-color: transparent; text-decoration: underline; font-weight: 400; }
button.second, .button.second { background: transparent; color: var(--blue); }
.qr { display: block; width: min(100%, 15rem); height: auto; margin: 16px auto; border-radius: 8px; }
.match { font-size: 4.5rem; line-height: 1.2; font-weight: 700; text-align: center; font-variant-numeric: tabular-nums; margin: 8px 0 16px; }
.match-title { text-align: center; }
.scan { margin-bottom: 24px; }
.beside + form, .by-scan + form { margin-top: 24px; }
/* A phone does not scan itself. */
.other-ways { display: flex; flex-wrap: wrap; gap: 0 24px; }
@media (pointer: coarse) and (max-width: 30rem) { .by-scan { display: none; } }
.code { color: var(--soft); margin: 24px 0 0; padding-top: 12px; border-top: 1px solid var(--line); }
.code code { font-family: ui-monospace, "Cascadia Mono", Menlo, monospace; }
.button.plain { background: transparent; color: var(--blue); border-color: transparent; text-decoration: underline; font-weight: 400; }
.tiles { list-style: none; margin: 24px 0 0; padding: 0; display: grid; gap: 12px; grid-template-columns: repeat(auto-fit, minmax(min(13rem, 100%), 1fr)); }
.tiles a {
  display: block; height: 100%; min-height: 88px; padding: 14px 16px; text-decoration: none; color: inherit;
  border: 1px solid var(--line); border-radius: 12px;
}
.tiles strong { display: block; color: var(--blue); }
.facts { margin: 16px 0 0; }
.facts div { display: flex; flex-wrap: wrap; gap: 0 16px; padding: 10px 0; border-bottom: 1px solid var(--line); }
.facts dt { flex: 0 0 8rem; color: var(--soft); }
.facts dd { flex: 1 1 12rem; margin: 0; font-variant-numeric: tabular-nums; }
.entries { list-style: none; margin: 16px 0 0; padding: 0; border-top: 1px solid var(--line); }
.entries > li { padding: 14px 0; border-bottom: 1px solid var(--line); }
.entries .acts { margin-top: 8px; }
.entries form + form { margin-top: 8px; }
.state { font-weight: 700; }
.state.good { color: var(--valid); }
.state.check { color: var(--check); }
.state.bad { color: var(--not-valid); }
.codes { list-style: none; margin: 16px 0; padding: 12px 16px; background: var(--mist); border-radius: 8px; columns: 2 14rem; }
.codes li, .secret { font: 700 1.125rem/2 ui-monospace, "Cascadia Mono", Menlo, monospace; }
.note.done { border-left-color: var(--valid); }
.note.done strong { color: var(--valid); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.qr { display: block; width: 14rem; max-width: 100%; padding: 12px; background: #fff; border-radius: 8px; }
.way { margin: 0 0 16px; }
.way a { display: inline-flex; align-items: center; min-height: 44px; }
details { margin-top: 16px; }
summary { min-height: 44px; padding: 9px 0; font-weight: 700; color: var(--blue); cursor: pointer; }
figure { margin: 16px 0; }
figcaption { display: flex; flex-wrap: wrap; gap: 0 12px; align-items: center; justify-content: space-between; min-height: 44px; color: var(--soft); }
pre, textarea { font: .875rem/1.6 ui-monospace, "Cascadia Mono", Menlo, "Noto Sans Mono CJK SC", monospace; background: var(--mist); border-radius: 8px; }
pre { margin: 0; padding: 12px 16px; overflow: auto; max-height: 36rem; overflow-wrap: normal; }
textarea { display: block; width: 100%; min-height: 10rem; padding: 10px 12px; color: inherit; border: 1px solid var(--soft); resize: vertical; overflow-wrap: anywhere; }
button.copy { width: auto; min-height: 44px; padding: 4px 16px; margin: 0 0 4px; background: transparent; color: var(--blue); }
.findings { list-style: none; margin: 16px 0; padding: 0; border-top: 1px solid var(--line); }
.findings li { padding: 10px 0; border-bottom: 1px solid var(--line); }
.state.bad { color: var(--not-valid); }
.facts.long dt { flex-basis: 16rem; }
h3 { font-size: 1rem; margin: 0; }
.findings p { margin: 0; }
li:target { background: var(--mist); outline: 3px solid var(--blue); outline-offset: 4px; }
:root[data-elder=on] { font-size: 125%; }
:root[data-elder=on] .sheet, :root[data-elder=on] .top { max-width: 36rem; }
:root[data-elder=on] :is(button, .button, input[type=text], input[type=password], input[type=date], select) { min-height: 60px; }
:root[data-elder=on] .tiles { grid-template-columns: 1fr; }
:root[data-elder=on] .beside { display: none; }
:root[data-wide] :is(.sheet, .top) { max-width: 60rem; }
@media (forced-colors: active) { .mark, button { border: 1px solid; } }
.slip { max-width: 105mm; }
.slip-code svg { width: 45mm; height: 45mm; background: #fff; }
@page slip { size: 105mm 148mm; margin: 6mm; }
.annotated { position: relative; overflow: hidden; }
.annotated > .watermark { position: absolute; inset: 0; pointer-events: none; }
.poster { text-align: center; }
.poster-code svg { width: 90mm; max-width: 100%; height: auto; background: #fff; }
.poster-address { overflow-wrap: anywhere; }
.check-code { position: relative; }
.check-code svg { width: 9rem; height: 9rem; display: block; background: #fff; }
.portrait { max-width: 8rem; height: auto; display: block; }
@media print {
  .slip { page: slip; break-inside: avoid; }
  body { background: none; }
  .top .choices, .off-paper { display: none; }
  .sheet { max-width: none; border: 0; box-shadow: none; padding: 0; }
}
`.trimStart();
