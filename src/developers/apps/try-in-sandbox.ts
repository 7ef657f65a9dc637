/** ZZD-3, draft → tested: an app counts as tested when the sandbox has seen somebody come back signed in to it. */
import { ServiceError } from '../../errors.ts';
import type { AppRecord } from './app-record.ts';
import { decideAndCarryOut } from './carry-out.ts';
import { clientOf } from './complete-manifest.ts';
import type { Act, AppRecordDeps } from './dependencies.ts';
import { weightOf } from './manifest.ts';
import { changeRecord, ownRecord } from './record-act.ts';
import { openAccess, sealAccess } from './sealed-access.ts';

export interface SandboxCredentials {
  issuer: string;
  client_id: string;
  /** Shown this once. */
  client_secret?: string | undefined;
}

const unreachable = (cause: unknown): never => {
  if (cause instanceof ServiceError) throw cause;
  throw new ServiceError('sandbox_unavailable', { cause });
};

/** Registers the app in the sandbox as it stands; an earlier registration there ends. */
export const tryInSandbox = async (
  deps: AppRecordDeps,
  act: Act,
  id: string,
): Promise<SandboxCredentials> => {
  const own = await ownRecord(deps, act, id);
  const { sandbox } = deps;
  if (own.state === 'retired' || sandbox === undefined) throw new ServiceError('app_state');
  // With every default filled in: what is tried is what would be listed.
  const { metadata, pkce, profile } = await deps.apps.check(clientOf(deps, own.manifest));
  const { contacts: _contacts, ...shown } = metadata;
  const asked = { ...shown, onecert_pkce: pkce, onecert_profile: profile };
  const { registration, clientSecret } = await sandbox.register(asked).catch(unreachable);
  const { clientId } = registration;
  const access = sealAccess(deps.secret, id, registration);
  await changeRecord(deps, id, (record) => {
    if (weightOf(record.manifest) !== weightOf(own.manifest)) throw new ServiceError('conflict');
    return { ...record, sandbox: { clientId, access, digest: weightOf(record.manifest) } };
  });
  // The earlier one is of no use to anybody: whether it could be removed decides nothing.
  if (own.sandbox)
    await sandbox.remove(openAccess(deps.secret, id, own.sandbox.access)).catch(() => undefined);
  return { issuer: sandbox.baseUrl, client_id: clientId, client_secret: clientSecret };
};

/** Asks the sandbox. Where none is connected, it is the maintainers' word, and the report says so. */
export const confirmTested = async (deps: AppRecordDeps, act: Act, id: string): Promise<AppRecord> => {
  const own = await ownRecord(deps, act, id);
  if (own.state !== 'draft') throw new ServiceError('app_state');
  if (deps.sandbox !== undefined) {
    const { sandbox } = own;
    const notYet = (zh: string, en: string): never => {
      throw new ServiceError('app_not_ready', { detail: en, faults: [{ path: 'tested', zh, en }] });
    };
    if (sandbox === undefined)
      return notYet('应用尚未在沙箱中登记。', 'The app is not registered in the sandbox.');
    if (sandbox.digest !== weightOf(own.manifest))
      return notYet(
        '应用在沙箱登记之后又有更改，请重新登记。',
        'The app was changed after it had been registered in the sandbox: register it anew.',
      );
    const seen = await deps.sandbox.read(openAccess(deps.secret, id, sandbox.access)).catch(unreachable);
    if (seen?.signedInAt === undefined)
      return notYet('沙箱尚未见到此应用完成登录。', 'The sandbox has seen no sign-in of this app yet.');
  }
  return decideAndCarryOut(deps, id, act, 'tested', (record) => {
    if (record.ver !== own.ver) throw new ServiceError('conflict');
    return {};
  });
};
