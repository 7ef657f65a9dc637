/**
 * The one script of the sign-in pages, served as a file under the strict policy. Every page works without it; with it
 * the browser offers a passkey in the name field (conditional mediation), by a button, or makes a new one.
 */
import { createHash } from 'node:crypto';
import type { Response } from 'express';

const script = `'use strict';
(() => {
  const form = document.getElementById('passkey-form');
  const button = document.getElementById('passkey-button');
  const status = document.getElementById('passkey-status');
  if (!form || !button || !window.PublicKeyCredential || !navigator.credentials) return;
  const options = JSON.parse(form.dataset.options);
  // A bare address is no name a passkey could belong to (WebAuthn Level 3 §5.1.2: effective domain).
  if (/^[\\d.]+$/.test(location.hostname)) return;
  const creates = form.dataset.act === 'create';
  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\\+/g, '-').replace(/\\//g, '_').replace(/=+$/, '');
  const withIds = (list) => (list || []).map((item) => ({ ...item, id: bytes(item.id) }));
  const publicKey = { ...options, challenge: bytes(options.challenge) };
  if (creates) {
    publicKey.user = { ...options.user, id: bytes(options.user.id) };
    publicKey.excludeCredentials = withIds(options.excludeCredentials);
  } else {
    publicKey.allowCredentials = withIds(options.allowCredentials);
  }
  const plain = (credential) => {
    const { response } = credential;
    const out = { clientDataJSON: text(response.clientDataJSON) };
    if (response.attestationObject) {
      out.attestationObject = text(response.attestationObject);
      out.transports = response.getTransports ? response.getTransports() : [];
    } else {
      out.authenticatorData = text(response.authenticatorData);
      out.signature = text(response.signature);
      if (response.userHandle) out.userHandle = text(response.userHandle);
    }
    return {
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      clientExtensionResults: {},
      response: out,
    };
  };
  const send = (credential) => {
    document.getElementById('passkey-response').value = JSON.stringify(plain(credential));
    form.submit();
  };
  let waiting;
  const ask = async (mediation) => {
    if (waiting) waiting.abort();
    waiting = new AbortController();
    const { signal } = waiting;
    try {
      send(
        creates
          ? await navigator.credentials.create({ publicKey, signal })
          : await navigator.credentials.get({ publicKey, signal, ...(mediation ? { mediation } : {}) }),
      );
    } catch (error) {
      if (error.name === 'AbortError' || mediation) return;
      status.textContent = form.dataset.failed;
    }
  };
  form.hidden = false;
  button.addEventListener('click', () => {
    if (!form.reportValidity()) return;
    status.textContent = form.dataset.waiting;
    ask();
  });
  if (!creates && form.dataset.conditional && PublicKeyCredential.isConditionalMediationAvailable) {
    PublicKeyCredential.isConditionalMediationAvailable().then((can) => can && ask('conditional'));
  }
})();
`;

const version = createHash('sha256').update(script).digest('base64url').slice(0, 10);

export const passkeyScriptPath = '/assets/passkey.js';
export const passkeyScriptUrl = `${passkeyScriptPath}?v=${version}`;

export const sendPasskeyScript = (_req: unknown, res: Response): void => {
  res.set('cache-control', 'public, max-age=86400').type('js').send(script);
};
