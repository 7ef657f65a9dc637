// Served by any bundler. The root comes with the page; the pack is fetched when there is a network and kept.
import { inWords, openDesk } from './desk.mjs';

/** Judges whatever is put into the field, with what the desk holds. */
export const start = async (given) => {
  const desk = openDesk(given);
  await desk.open();
  const [field, answer] = ['code', 'answer'].map((id) => document.getElementById(id));
  field.addEventListener('input', async () => {
    const found = await desk.judge(field.value);
    answer.dataset.code = found.code;
    answer.textContent = inWords(found, navigator.language.startsWith('zh') ? 'zh' : 'en', given.clock());
  });
  return desk;
};
globalThis.startDesk = start;
