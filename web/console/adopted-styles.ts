/**
 * Takes the place of @rc-component/util's dynamicCSS (vite.config.ts): what antd writes while it renders becomes adopted
 * style sheets. A <style> would need 'unsafe-inline' or a nonce, and antd has places that know no nonce (decision 0024).
 */
interface Options {
  prepend?: boolean | 'queue';
  priority?: number;
}

interface Kept {
  key: string;
  order: number;
  sheet: CSSStyleSheet;
  /** Never in the document: callers set marks on what they get. */
  mark: HTMLStyleElement;
}

const kept: Kept[] = [];
const adopted = () => document.adoptedStyleSheets;

/** What is prepended stands before what is not, and there by priority. */
const orderOf = ({ prepend, priority = 0 }: Options): number => (prepend ? priority - 10_000 : 0);

export const updateCSS = (css: string, key: string, options: Options = {}): HTMLStyleElement => {
  const known = kept.find((one) => one.key === key);
  if (known) {
    known.sheet.replaceSync(css);
    return known.mark;
  }
  const one: Kept = {
    key,
    order: orderOf(options),
    sheet: new CSSStyleSheet(),
    mark: document.createElement('style'),
  };
  one.sheet.replaceSync(css);
  const next = kept.findIndex(({ order }) => order > one.order);
  const at = next === -1 ? kept.length : next;
  kept.splice(at, 0, one);
  adopted().splice(at, 0, one.sheet);
  return one.mark;
};

export const injectCSS = (css: string, options: Options = {}): HTMLStyleElement =>
  updateCSS(css, crypto.randomUUID(), options);

export const removeCSS = (key: string): void => {
  const at = kept.findIndex((one) => one.key === key);
  if (at === -1) return;
  kept.splice(at, 1);
  adopted().splice(at, 1);
};

export const clearContainerCache = (): void => undefined;
