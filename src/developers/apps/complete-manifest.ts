/** A manifest against what the province knows: its items, its scopes, its names, and the login's own rules for a client. */
import { type Fault, ServiceError } from '../../errors.ts';

import type { AddAppInput, App } from '../../oidc/index.ts';
import { sameName } from './app-names.ts';
import { type AppRecord, type Manifest, ownerRef } from './app-record.ts';
import type { AppRecordDeps, NamedApp } from './dependencies.ts';
import { clientName, type GivenManifest, refuseManifest } from './manifest.ts';
import { scopesOf } from './scopes-of-items.ts';

const offline = 'offline_access';

/** As the login's registry takes it. */
export const clientOf = (
  deps: Pick<AppRecordDeps, 'items' | 'catalogue'>,
  manifest: Manifest,
): AddAppInput => {
  const { metadata, profile, items, contacts } = manifest;
  return {
    ...metadata,
    client_name: clientName(manifest),
    contacts,
    profile,
    scope: scopesOf(deps, items).join(' '),
    source: 'developer',
    withoutSecret: true,
  };
};

const itemFaults = ({ items }: AppRecordDeps, codes: readonly string[]): Fault[] =>
  codes.flatMap((code) => {
    const item = items.find(code);
    if (item === undefined)
      return [{ path: 'items', zh: `没有代码为 ${code} 的事项。`, en: `there is no item ${code}.` }];
    if (item.state !== 'active')
      return [{ path: 'items', zh: `事项 ${code} 已停用。`, en: `the item ${code} is retired.` }];
    const reachable = item.handled !== 'counter' || item.who.includes('official');
    if (reachable) return [];
    return [
      {
        path: 'items',
        zh: `事项 ${code} 只在窗口办理。`,
        en: `the item ${code} is handled at counters only.`,
      },
    ];
  });

/** Refused by name: whoever asks for more must learn what, and from where it could come. */
const scopeFaults = (deps: AppRecordDeps, { scope, items, metadata }: GivenManifest): Fault[] => {
  const given = new Set([
    ...scopesOf(deps, items),
    ...(metadata.grant_types?.includes('refresh_token') ? [offline] : []),
  ]);
  return (scope ?? '')
    .split(' ')
    .filter((one) => one !== '' && !given.has(one))
    .map((one) => {
      const shown = deps.knownScopes.has(one) ? one : '?';
      if (one === offline)
        return {
          path: 'scope',
          zh: 'offline_access 须同时登记 grant_types: refresh_token。',
          en: 'offline_access needs refresh_token among the grant_types.',
        };
      return {
        path: 'scope',
        zh: `范围 ${shown} 不是所列事项所需。`,
        en: `scope ${shown} follows from none of your items.`,
      };
    });
};

const nameFaults = async (deps: AppRecordDeps, manifest: Manifest, own: NamedApp): Promise<Fault[]> => {
  const taken = await deps.takenNames(own);
  const names = [manifest.name.zh, manifest.name.en, clientName(manifest)];
  if (!names.some((name) => taken.some((other) => sameName(name, other)))) return [];
  return [
    {
      path: 'name',
      zh: '与其他单位或应用的名称相同或难以区分。',
      en: 'is the name of another unit or app, or cannot be told from one.',
    },
  ];
};

const registryFaults = async (
  deps: AppRecordDeps,
  manifest: Manifest,
  clientId: string | undefined,
): Promise<Fault[]> => {
  const present = clientId === undefined ? undefined : await deps.apps.get(clientId);
  let app: App;
  try {
    app = await deps.apps.check({ ...clientOf(deps, manifest), ...(clientId ? { clientId } : {}) });
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'invalid_request') throw error;
    const why = error.detail ?? 'not accepted';
    return [{ path: 'metadata', zh: `客户端元数据不符合规范：${why}`, en: why }];
  }
  if (present === undefined || present.sector === app.sector) return [];
  return [
    {
      path: 'metadata.redirect_uris',
      zh: '回调地址的主机决定应用所见的用户标识，不能更换；请另行登记应用。',
      en: 'the host decides who a person is to the app and stays: register another app for another host.',
    },
  ];
};

/** The manifest to keep. Throws app_manifest_faulty with all that is wrong with it. */
export const completeManifest = async (
  deps: AppRecordDeps,
  given: GivenManifest,
  own: NamedApp,
): Promise<Manifest> => {
  const { scope: _scope, ...manifest } = given;
  const faults = [
    ...itemFaults(deps, manifest.items),
    ...scopeFaults(deps, given),
    ...(await nameFaults(deps, manifest, own)),
    ...(await registryFaults(deps, manifest, own.clientId)),
  ];
  if (faults.length > 0) refuseManifest(faults);
  return manifest;
};

/** Items of somebody else's: for the reviewer's eye. */
export const foreignItems = ({ items }: Pick<AppRecordDeps, 'items'>, record: AppRecord): string[] =>
  record.manifest.items.filter((code) => {
    const unit = items.find(code)?.unit;
    return unit !== undefined && ownerRef({ kind: 'unit', id: unit }) !== record.owner;
  });
