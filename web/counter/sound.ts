import type { Outcome } from '../../src/verifier/core/index.ts';
import { readChoice, writeChoice } from '../shared/preferences.ts';

/** Hertz one after the other: up for valid, level for check, down and lower for not valid. */
const tones: Record<Outcome, number[]> = { valid: [880, 1320], check: [660, 660], not_valid: [330, 220] };
const toneSeconds = 0.14;

let context: AudioContext | undefined;

export const soundOn = (): boolean => readChoice('sound') !== 'off';
export const setSound = (on: boolean): void => writeChoice('sound', on ? 'on' : 'off');

/** The verdict for ears. Silent until the page was touched once: browsers want that. */
export const playVerdict = (outcome: Outcome): void => {
  if (!soundOn() || !('AudioContext' in window)) return;
  context ??= new AudioContext();
  const audio = context;
  void audio.resume().catch(() => undefined);
  tones[outcome].forEach((frequency, index) => {
    const start = audio.currentTime + index * (toneSeconds + 0.03);
    const oscillator = audio.createOscillator();
    const gain = audio.createGain();
    oscillator.type = outcome === 'not_valid' ? 'square' : 'sine';
    oscillator.frequency.value = frequency;
    gain.gain.setValueAtTime(0.25, start);
    gain.gain.exponentialRampToValueAtTime(0.001, start + toneSeconds);
    oscillator.connect(gain).connect(audio.destination);
    oscillator.start(start);
    oscillator.stop(start + toneSeconds);
  });
};
