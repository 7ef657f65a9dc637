/** The keys folder or the secrets are not fit to start with; every fault is named at once, never with its content. */
export class KeyringFault extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`the keyring cannot be opened:\n${faults.map((fault) => `- ${fault}`).join('\n')}`);
    this.name = 'KeyringFault';
    this.faults = faults;
  }
}
