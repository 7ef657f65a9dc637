/** The code that came with the address, after `#`: no server has seen it, and it does not stay in the address. */
export const broughtText = (): string | undefined => {
  const text = location.hash.slice(1);
  if (!text) return undefined;
  history.replaceState(null, '', location.pathname);
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // Base45 has a percent sign of its own
  }
};
