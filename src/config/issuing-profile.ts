/** HAIP 1.0 as a profile of an instance: one word that means several settings, all of them or none. */

interface AttestedBy {
  keysFile?: string | undefined;
  authoritiesFile?: string | undefined;
}

export interface IssuingSettings {
  profile?: 'haip' | undefined;
  x5c: boolean;
  keyAttestation?: (AttestedBy & { required: boolean }) | undefined;
  walletAttestation?: AttestedBy | undefined;
}

/** What the profile needs and does not find. */
export const profileFaults = ({ profile, keyAttestation, walletAttestation }: IssuingSettings): string[] =>
  profile !== 'haip'
    ? []
    : [
        ...(walletAttestation
          ? []
          : ['credentials.walletAttestation: the profile haip needs those who vouch for wallets']),
        ...(keyAttestation
          ? []
          : ['credentials.keyAttestation: the profile haip needs those who vouch for keys']),
      ];

/** The settings with what the profile means by itself, and their files found from the project's folder. */
export const completeIssuing = <T extends IssuingSettings>(
  settings: T,
  absolute: (path: string) => string,
): T => {
  const found = <A extends AttestedBy>(by: A): A => ({
    ...by,
    keysFile: by.keysFile && absolute(by.keysFile),
    authoritiesFile: by.authoritiesFile && absolute(by.authoritiesFile),
  });
  const { profile, keyAttestation, walletAttestation } = settings;
  const haip = profile === 'haip';
  return {
    ...settings,
    x5c: settings.x5c || haip,
    ...(keyAttestation && {
      keyAttestation: found({ ...keyAttestation, required: keyAttestation.required || haip }),
    }),
    ...(walletAttestation && { walletAttestation: found(walletAttestation) }),
  };
};
