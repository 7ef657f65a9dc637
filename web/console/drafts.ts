/**
 * What was typed and not sent, by place. It lives in memory, and in this tab's storage only while the login is visited.
 * For reasons and choices; never for names or numbers of people.
 */
import { useState } from 'react';

const storageKey = 'onecert.console.drafts';
let drafts = new Map<string, string>();

export const keepDrafts = (): void => sessionStorage.setItem(storageKey, JSON.stringify([...drafts]));

export const forgetDrafts = (): void => {
  drafts = new Map();
  sessionStorage.removeItem(storageKey);
};

export const restoreDrafts = (): void => {
  drafts = new Map(JSON.parse(sessionStorage.getItem(storageKey) ?? '[]'));
  sessionStorage.removeItem(storageKey);
};

/** Like useState, and found again after an error, a reload of the list, or a new sign-in. '' forgets it. */
export const useDraft = (place: string): [string, (value: string) => void] => {
  const [value, setValue] = useState(() => drafts.get(place) ?? '');
  return [
    value,
    (next) => {
      if (next === '') drafts.delete(place);
      else drafts.set(place, next);
      setValue(next);
    },
  ];
};
