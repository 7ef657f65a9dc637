// @digitalbazaar/vc by itself: one issue or one verification of the same document, nothing stored, no status looked up.
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import * as ecdsa from '@digitalbazaar/ecdsa-multikey';
import { cryptosuite as ecdsaRdfc2019 } from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import * as ed25519 from '@digitalbazaar/ed25519-multikey';
import { cryptosuite as eddsaRdfc2022 } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { CredentialIssuancePurpose, issue, verifyCredential } from '@digitalbazaar/vc';

const suites = {
  'eddsa-rdfc-2022': { cryptosuite: eddsaRdfc2022, generate: ed25519.generate },
  'ecdsa-rdfc-2019': {
    cryptosuite: ecdsaRdfc2019,
    generate: (options) => ecdsa.generate({ ...options, curve: 'P-256' }),
  },
};

/** `signed`: a W3C VC of ours; `contexts`: the documents it names. */
export const digitalbazaarVc = async (signed, contexts, suite = 'eddsa-rdfc-2022') => {
  const { cryptosuite, generate } = suites[suite];
  const { proof: _ours, ...credential } = signed;
  const did = credential.issuer;
  const key = await generate({ id: `${did}#peer`, controller: did });
  const method = {
    '@context': 'https://w3id.org/security/multikey/v1',
    ...(await key.export({ publicKey: true })),
  };
  const documents = { ...contexts, [method.id]: method };
  const documentLoader = async (url) => {
    if (!documents[url]) throw new Error('a document outside the closed list');
    return { contextUrl: null, documentUrl: url, document: documents[url] };
  };
  const issueOne = () =>
    issue({
      credential: structuredClone(credential),
      suite: new DataIntegrityProof({ signer: key.signer(), cryptosuite }),
      documentLoader,
    });
  const theirs = await issueOne();
  return {
    issue: {
      subject: '@digitalbazaar/vc issue',
      peer: true,
      run: issueOne,
      note: 'one signature, nothing stored',
    },
    verify: {
      subject: '@digitalbazaar/vc verifyCredential',
      peer: true,
      note: 'no trust list, no status, no closed shape',
      async run() {
        const { verified } = await verifyCredential({
          credential: structuredClone(theirs),
          suite: new DataIntegrityProof({ cryptosuite }),
          purpose: new CredentialIssuancePurpose({ controller: { id: did, assertionMethod: [method.id] } }),
          documentLoader,
          checkStatus: async () => ({ verified: true }),
        });
        if (!verified) throw new Error('a good credential was refused');
      },
    },
  };
};
