/** A name as the sandbox gives it: its certificates, trust list and pages say in words that nothing is real. */
export const inSandbox = <Name extends { zh: string; en: string }>(name: Name): Name => ({
  ...name,
  zh: `${name.zh}（沙箱）`,
  en: `${name.en} (sandbox)`,
});
