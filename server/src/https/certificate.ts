// SPDX-License-Identifier: Apache-2.0
/**
 * A certificate for this machine, of a certification authority of its own.
 *
 * The authority signs once and its key is then forgotten: nobody can ever sign another certificate with it, so
 * whoever trusts it trusts this one server. When the certificate nears its end, or is for other names, both are
 * made anew.
 */

// Of @peculiar/x509, which asks for it.
import "reflect-metadata";
import { webcrypto, X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import * as tls from "node:tls";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";

import { writeWhole } from "../state/files.js";

/** PEM texts and the files for whoever is to trust it. */
export interface Certificate {
  readonly key: string;
  readonly certificate: string;
  /** The authority, for what trusts it besides the others. */
  readonly authorityFile: string;
  /** The authority and all that Node trusts, for what trusts the ones in a file alone. */
  readonly bundleFile: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** Apple's systems take none that is good for longer than 825 days. */
const GOOD_FOR_DAYS = 800;
const RENEWED_BEFORE_DAYS = 30;
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** The certificate in the folder, if it is for these names and not about to end; else a new one. */
export async function certificateIn(folder: string, names: readonly string[]): Promise<Certificate> {
  const file = (name: string) => join(folder, name);
  const [keyFile, certificateFile, authorityFile] = [file("https-key.pem"), file("https-cert.pem"), file("https-ca.pem")];
  const bundleFile = file("https-ca-bundle.pem");
  const isKept = [keyFile, certificateFile, authorityFile].every((path) => existsSync(path));
  if (!isKept || !isGood(readFileSync(certificateFile, "utf8"), names)) {
    const made = await make(names);
    // The key last: without it, what a kill left behind is made anew.
    writeWhole(authorityFile, made.authority);
    writeWhole(certificateFile, made.certificate);
    writeWhole(keyFile, made.key);
  }
  const authority = readFileSync(authorityFile, "utf8");
  writeWhole(bundleFile, [authority.trim(), ...tls.rootCertificates].join("\n") + "\n");
  const [key, certificate] = [readFileSync(keyFile, "utf8"), readFileSync(certificateFile, "utf8")];
  return { key, certificate, authorityFile, bundleFile };
}

function isGood(pem: string, names: readonly string[]): boolean {
  const kept = new X509Certificate(pem);
  const isLate = Date.parse(kept.validTo) < Date.now() + RENEWED_BEFORE_DAYS * DAY_MS;
  return !isLate && names.every((name) => (isIP(name) ? kept.checkIP(name) : kept.checkHost(name)) !== undefined);
}

function altName(value: string): { type: "ip" | "dns"; value: string } {
  return { type: isIP(value) === 0 ? "dns" : "ip", value };
}

async function make(names: readonly string[]): Promise<{ key: string; certificate: string; authority: string }> {
  const crypto = webcrypto as Crypto;
  const pair = () => crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]) as Promise<CryptoKeyPair>;
  const [authorityKeys, keys] = await Promise.all([pair(), pair()]);
  // From a day ago: a container's clock may be a little behind.
  const notBefore = new Date(Date.now() - DAY_MS);
  const period = { notBefore, notAfter: new Date(notBefore.getTime() + GOOD_FOR_DAYS * DAY_MS) };
  const authority = await X509CertificateGenerator.createSelfSigned(
    {
      ...period,
      name: `CN=edgekms local authority ${notBefore.toISOString().slice(0, 10)}`,
      keys: authorityKeys,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
        await SubjectKeyIdentifierExtension.create(authorityKeys.publicKey, false, crypto),
      ],
    },
    crypto,
  );
  const certificate = await X509CertificateGenerator.create(
    {
      ...period,
      subject: "CN=edgekms on this machine",
      issuer: authority.subject,
      publicKey: keys.publicKey,
      signingKey: authorityKeys.privateKey,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        new SubjectAlternativeNameExtension(names.map(altName)),
        await SubjectKeyIdentifierExtension.create(keys.publicKey, false, crypto),
        await AuthorityKeyIdentifierExtension.create(authorityKeys.publicKey, false, crypto),
      ],
    },
    crypto,
  );
  const der = Buffer.from(await crypto.subtle.exportKey("pkcs8", keys.privateKey));
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  der.fill(0);
  const key = ["-----BEGIN PRIVATE KEY-----", ...lines, "-----END PRIVATE KEY-----", ""].join("\n");
  return { key, certificate: `${certificate.toString("pem")}\n`, authority: `${authority.toString("pem")}\n` };
}
