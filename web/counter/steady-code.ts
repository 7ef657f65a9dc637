/** How long a code may be out of sight and still be the one that was held there all the time. Milliseconds. */
const gapMs = 1500;

/**
 * A camera goes on reading the phone that is still in front of it. A code is new when it was not there a moment ago;
 * the one that was just judged is not judged again because the clerk went on to the next.
 */
export class SteadyCode {
  #text = '';
  #at = Number.NEGATIVE_INFINITY;

  /** True when the text at this time (milliseconds) is not the one that is being held there. */
  isNew(text: string, at: number): boolean {
    const held = text === this.#text && at - this.#at < gapMs;
    this.#text = text;
    this.#at = at;
    return !held;
  }

  /** Nothing was looked at until now. */
  lookAgain(at: number): void {
    if (this.#text) this.#at = at;
  }
}
