/**
 * OpenID4VCI 1.0 §6.2: what a wallet asks for by name is one certificate in one configuration: `<certificate
 * id>.<configuration id>`. A certificate id alone would stand for every format that the token allows.
 */
export const credentialIdentifier = (certificate: string, configurationId: string): string =>
  `${certificate}.${configurationId}`;

/** The certificate named; undefined for an identifier that names a configuration alone. */
export const certificateOf = (identifier: unknown): string | undefined =>
  typeof identifier === 'string' ? /^(c_[A-Za-z0-9]+)\./.exec(identifier)?.[1] : undefined;
