/** After the first paint, when the page has nothing to do: what the tap on 亮证 needs. The keypad's time is enough for it. */
export const warmUp = (): (() => void) => {
  const warm = (): void =>
    void import('./show-codec.ts').then(
      ({ drawSample }) => drawSample(),
      () => undefined,
    );
  // Safari has no idle callback.
  if (!('requestIdleCallback' in window)) {
    const timer = setTimeout(warm, 300);
    return () => clearTimeout(timer);
  }
  const idle = requestIdleCallback(warm, { timeout: 1000 });
  return () => cancelIdleCallback(idle);
};
