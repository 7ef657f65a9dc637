import type { Audit } from '../audit/index.ts';
import type { Clock } from '../clock.ts';
import type { Keyring } from '../keyring/index.ts';
import type { Storage } from '../storage/index.ts';
import type { Trust } from '../trust/index.ts';
import { createAnnotatedCopies } from './annotated/make-annotated-copy.ts';
import { createApplications } from './applications.ts';
import { applyForCertificate } from './apply-for-certificate.ts';
import type { Catalogue } from './catalogue/certificate-type.ts';
import { toCertificate } from './certificate-record.ts';
import { changeState } from './change-state.ts';
import { checkEverythingIssued } from './check-everything-issued.ts';
import { closeHolder, copiesOf } from './close-holder.ts';
import { compareWithRegister } from './compare-with-register.ts';
import { openCredentialStore } from './credential-store.ts';
import { createDeliveries } from './deliveries.ts';
import type { Dependencies } from './dependencies.ts';
import { describeConfigurations } from './describe-configurations.ts';
import { endDevice } from './end-device.ts';
import { ensureCertificate, ensureCertificates, ensureRow } from './ensure-certificate.ts';
import { exportIssued } from './export-issued.ts';
import { findCertificate, getRecord, listCertificates, pageOfIssuers } from './find-certificates.ts';
import { findShown } from './find-shown.ts';
import { createCopyChecker } from './formats/check-copy.ts';
import { createLdpVc } from './formats/ldp-vc.ts';
import { allContexts, createLoadContext } from './formats/load-context.ts';
import { mdoc } from './formats/mdoc.ts';
import { sdJwt } from './formats/sd-jwt.ts';
import { slipCwt } from './formats/slip-cwt.ts';
import { viewCwt } from './formats/view-cwt.ts';
import type { Credentials } from './index.ts';
import { issueCopies } from './issue-copies.ts';
import { issueSlip } from './issue-slip.ts';
import { createJudgeOnline } from './judge-online.ts';
import { keepFileCopy } from './keep-file-copy.ts';
import { listForHolder } from './list-for-holder.ts';
import { markForReissue, reissueKeysOf } from './mark-for-reissue.ts';
import { moveIn } from './move-in.ts';
import { createOfflinePack } from './offline-pack/offline-pack.ts';
import { endPhones, lastPhoneEnding, phoneEnded, phonesOf } from './phones.ts';
import { endPresenter, endPresentersWithout } from './presenters.ts';
import type { Registers } from './registers/register.ts';
import { reissueCertificate } from './reissue-certificate.ts';
import { reportCardLost } from './report-card-lost.ts';
import { resumePendingChanges } from './resume-pending-changes.ts';
import { leaveRecord } from './shares.ts';
import { createStatusIndexClaims } from './status/claim-status-index.ts';
import { createStatusLists } from './status/status-lists.ts';
import { createStatusTable } from './status/status-table.ts';

export interface CredentialsDependencies {
  storage: Storage;
  keyring: Keyring;
  trust: Trust;
  audit: Audit;
  catalogue: Catalogue;
  registers: Registers;
  clock: Clock;
  baseUrl: string;
  /** SD-JWT VCs and status lists carry X.509 certificates. */
  x5c?: boolean;
}

/** Wires the use cases. Declares its collections: call before `storage.prepare()`, use after it. */
export const createCredentials = (given: CredentialsDependencies): Credentials => {
  const { storage, keyring, trust, audit, catalogue, registers, clock, baseUrl, x5c = false } = given;
  const store = openCredentialStore(storage);
  let loaded: Promise<Record<string, unknown>> | undefined;
  const contexts = () => {
    loaded ??= allContexts(catalogue, baseUrl);
    return loaded;
  };
  const loadContext = createLoadContext(contexts);
  const statusTable = createStatusTable({ store, clock });
  const statusLists = createStatusLists({ statusTable, keyring, trust, clock, baseUrl, loadContext, x5c });
  const offlinePack = createOfflinePack({
    packs: store.packs,
    statusTable,
    statusLists,
    keyring,
    trust,
    catalogue,
    clock,
    baseUrl,
    contexts,
  });
  const applications = createApplications({ storage, audit, clock });
  const deliveries = createDeliveries({ storage, audit, clock });
  const deps: Dependencies = {
    store,
    applications,
    keyring,
    trust,
    audit,
    catalogue,
    registers,
    clock,
    baseUrl,
    formats: {
      ldp_vc: createLdpVc(loadContext),
      ldp_vc_ecdsa: createLdpVc(loadContext, 'ecdsa-rdfc-2019'),
      'dc+sd-jwt': { ...sdJwt, certified: x5c },
      'onecert-view+cwt': viewCwt,
      'onecert-slip+cwt': slipCwt,
      mso_mdoc: mdoc,
    },
    destroyDataKey: (owner) => storage.destroyDataKey(owner),
    checkCopy: createCopyChecker({ trust, catalogue, baseUrl, contexts }),
    contexts,
    claimStatusIndex: createStatusIndexClaims({ store, clock }),
    statusTable,
  };
  const judgeOnline = createJudgeOnline({ store, clock, trust, offlinePack, formats: deps.formats });
  return {
    annotatedCopies: createAnnotatedCopies({ ...deps, judgeOnline }),
    judgeOnline,
    shownBy: (entry) => findShown(store, entry),
    listForHolder: (account) => listForHolder(deps, account),
    async certificate(id, holder) {
      const found = await getRecord(store, id);
      return found && toCertificate(found, holder);
    },
    find: (idOrIdentifier) => findCertificate(store, idOrIdentifier),
    list: (filter) => listCertificates(store, filter),
    pageOfIssuers: (input) => pageOfIssuers(store, input),
    ensureCertificate: async (account, type, context) =>
      toCertificate(await ensureCertificate(deps, { account, type, context }), account.id),
    ensureCertificates: async (account, type, context, presenter) =>
      (await ensureCertificates(deps, { account, type, context, presenter })).map((one) =>
        toCertificate(one, account.id),
      ),
    ensureRow: async (account, type, registerKey, context) =>
      toCertificate(await ensureRow(deps, { account, type, registerKey, context }), account.id),
    applyFor: (account, type, context) => applyForCertificate(deps, { account, type, context }),
    applications,
    deliveries,
    issueCopies: (input) => issueCopies(deps, input),
    issueSlip: (input) => issueSlip(deps, input),
    keepFileCopy: (certificateId, format, context) => keepFileCopy(deps, { certificateId, format, context }),
    changeState: (certificateId, to, reason, context) =>
      changeState(deps, { certificateId, to, reason, context }),
    reissue: (account, certificateId, context) =>
      reissueCertificate(deps, { account, certificateId, operation: 'change', context }),
    renew: (input) => reissueCertificate(deps, input),
    moveIn: (certificateId, previous, context) => moveIn(deps, { certificateId, previous, context }),
    compareWithRegister: (account, certificateId) => compareWithRegister(deps, { account, certificateId }),
    async walk(after, limit) {
      const page = await store.certificates.list({ ...(after === undefined ? {} : { after }), limit });
      return page.map(({ id, holders, type, issuer, state }) => ({ id, holders, type, issuer, state }));
    },
    async superseded(identifier) {
      const found = await store.superseded.get(identifier);
      if (!found) return undefined;
      const { certificate, supersededBy, operation, at } = found;
      return { certificate, supersededBy, operation, at };
    },
    reportCardLost: (certificateId, context) => reportCardLost(deps, { certificateId, context }),
    markForReissue: (input) => markForReissue(deps, input),
    reissueKeysOf: (holder) => reissueKeysOf(deps, holder),
    resumePendingStateChanges: () => resumePendingChanges(deps),
    endDevice: (holder, thumbprint, context) => endDevice(deps, { holder, thumbprint, context }),
    endPresenter: (of, context) => endPresenter(deps, { ...of, context }),
    endPresentersWithout: (stands, account) => endPresentersWithout(deps, stands, account),
    leave: (holder, certificateId, reason, context) =>
      leaveRecord(deps, { holder, certificateId, reason, context }),
    phonesOf: (account) => phonesOf(deps, account),
    endPhones: (input) => endPhones(deps, input),
    phoneEnded: (enrolment) => phoneEnded(deps, enrolment),
    lastPhoneEnding: (account) => lastPhoneEnding(deps, account),
    copiesOf: (holder) => copiesOf(deps, holder),
    closeHolder: (holder, context) => closeHolder(deps, holder, context),
    configurations: () => describeConfigurations(deps),
    checkEverythingIssued: () => checkEverythingIssued(deps),
    exportIssued: () => exportIssued(deps),
    statusLists,
    offlinePack,
  };
};
