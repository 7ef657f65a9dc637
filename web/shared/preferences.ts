/** Choices that belong to the device and work before sign-in. Both apps share them (one origin). */
export type Language = 'zh' | 'en';

const languageKey = 'onecert.language';
const elderKey = 'onecert.elder';

const read = (key: string): string | null => {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // storage is blocked: the choice lasts as long as the page
  }
};

const write = (key: string, value: string): void => {
  try {
    localStorage.setItem(key, value);
  } catch {
    // as above
  }
};

export const preferredLanguage = (): Language => {
  const chosen = read(languageKey);
  if (chosen === 'zh' || chosen === 'en') return chosen;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
};

export const rememberLanguage = (language: Language): void => write(languageKey, language);

export const elderMode = (): boolean => read(elderKey) === 'on';

export const setElderMode = (on: boolean): void => {
  write(elderKey, on ? 'on' : 'off');
  document.documentElement.dataset.elder = on ? 'on' : 'off';
};

/** Call before the first paint so that sizes do not jump. */
export const applyElderMode = (): void => {
  document.documentElement.dataset.elder = elderMode() ? 'on' : 'off';
};

export const readChoice = (name: string): string | null => read(`onecert.${name}`);
export const writeChoice = (name: string, value: string): void => write(`onecert.${name}`, value);
