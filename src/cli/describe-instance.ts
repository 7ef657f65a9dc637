import { type Core, certifiedUses, rootFile, watchdogOf } from '../core.ts';

/** What `onecert info` prints: every URL a client needs, and which adapters are really connected. */
export const describeInstance = async (core: Core) => {
  const { baseUrl, sandbox } = core.config;
  const { number } = await core.trust.trustListPayload();
  const { masters, indexKeys } = await core.storage.keys.status();
  const alarms = await core.trust.signers.alarms(certifiedUses(core.config, core.catalogue));
  const deadlines = await watchdogOf(core).deadlines();
  return {
    mode: core.config.mode,
    kind: core.config.kind,
    issuer: baseUrl,
    discovery: `${baseUrl}/.well-known/openid-configuration`,
    credential_issuer: baseUrl,
    credential_issuer_metadata: `${baseUrl}/.well-known/openid-credential-issuer`,
    trust: {
      root: `${baseUrl}/trust/root`,
      statement: `${baseUrl}/trust/statement`,
      list: `${baseUrl}/trust/list`,
      list_number: number,
      document_authority: `${baseUrl}/trust/document-ca.pem`,
      revoked_certificates: `${baseUrl}/trust/document-ca.crl`,
    },
    ...(alarms.length > 0 ? { alarms: Object.fromEntries(alarms.map((text, i) => [i + 1, text])) } : {}),
    ends: Object.fromEntries(
      deadlines.map(({ what, of, endsAt, level }) => [
        `${what}: ${of}`,
        `${new Date(endsAt * 1000).toISOString().slice(0, 10)}${level === 'ok' ? '' : ` ${level.toUpperCase()}`}`,
      ]),
    ),
    pack: `${baseUrl}/pack`,
    status_lists: (await core.credentials.statusLists.numbers()).map((list) => `${baseUrl}/status/${list}`),
    certificate_types: `${baseUrl}/certificate-types`,
    wallet: `${baseUrl}/wallet/`,
    counter: `${baseUrl}/counter/`,
    engines: core.storage.engines,
    adapters: {
      ...Object.fromEntries(
        core.registers.all().map((register) => [`register ${register.id}`, register.adapter]),
      ),
      'register enterprises': core.enterprises.register.adapter,
      sms: core.config.sms.adapter,
      mail: core.mail.adapter,
      'population register': core.registration.adapters().population,
      'guardian register': core.families.guardians.adapter,
      'life events': core.lifeEvents.adapter,
      'face check': core.registration.adapters().face,
      'digital certificates': core.registration.adapters().certificates,
    },
    secrets: {
      personal_data_master: masters.current,
      ...(masters.older.length > 0
        ? { older_masters: `${masters.older.join(' ')} (onecert keys rewrap)` }
        : {}),
      index_keys: indexKeys.join(' '),
      ...(indexKeys.length > 1 ? { older_index_keys: 'in use (onecert keys reindex)' } : {}),
    },
    data_dir: core.config.dataDir,
    keys_dir: core.config.keysDir,
    root_file: rootFile(core.config),
    ...(sandbox.baseUrl === undefined
      ? {}
      : {
          sandbox: {
            issuer: sandbox.baseUrl,
            runs: sandbox.enabled ? 'in this process' : 'elsewhere',
            registration_token_file: sandbox.registrationTokenFile,
            ...(sandbox.enabled ? { data_dir: sandbox.dataDir, keys_dir: sandbox.keysDir } : {}),
          },
        }),
    ...(core.people.length > 0 ? { sample_people: core.people.map(({ id }) => id) } : {}),
  };
};
