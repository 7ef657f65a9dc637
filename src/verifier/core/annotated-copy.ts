/** The kind of JWS that an annotated copy 加注件 is: never taken for a credential, nor a credential for it (RFC 8725 §3.11). */
export const annotatedCopyTyp = 'onecert-annotated-copy+jwt';
