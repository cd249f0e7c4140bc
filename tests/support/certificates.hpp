// Authorities, certificates and keys made for one test, in a folder of its own.
#pragma once

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <sys/stat.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <memory>
#include <stdexcept>

#include "conformance/temp_dir.hpp"

namespace gstd::test {

struct CertificateFree {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, CertificateFree>;
using CertificatePtr = std::unique_ptr<X509, CertificateFree>;
using BioPtr = std::unique_ptr<BIO, CertificateFree>;

/// PEM files of one certificate and its key.
struct KeyPair {
  std::string certificate;
  std::string key;
  std::string pin;  ///< As HttpClientOptions::pinned_public_keys has it.
};

struct CertificateTerms {
  std::string names = "IP:127.0.0.1";   ///< As OpenSSL writes a subjectAltName; empty: none.
  std::chrono::seconds begins{-3'600};  ///< From now.
  std::chrono::seconds ends{86'400};
};

/// Signs certificates. Throws where OpenSSL fails: a test without certificates tests nothing.
class Authority {
 public:
  Authority(const TempDir& folder, const std::string& name) : folder_(folder.path()), key_(new_key()) {
    certificate_ = sign(name, *key_, nullptr, {.names = {}});
    file_ = write(name + ".authority.pem", pem_of([&](BIO* bio) { return PEM_write_bio_X509(bio, certificate_.get()); }));
  }

  const std::string& file() const noexcept { return file_; }  ///< Its own certificate.

  KeyPair issue(const std::string& name, const CertificateTerms& terms = {}) const {
    const KeyPtr key = new_key();
    const CertificatePtr certificate = sign(name, *key, certificate_.get(), terms);
    KeyPair pair;
    pair.certificate = write(name + ".pem", pem_of([&](BIO* bio) { return PEM_write_bio_X509(bio, certificate.get()); }));
    pair.key =
        write(name + ".key",
              pem_of([&](BIO* bio) { return PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr); }));
    must(::chmod(pair.key.c_str(), S_IRUSR | S_IWUSR) == 0);
    std::array<std::uint8_t, 32> digest{};
    unsigned size = digest.size();
    unsigned char* der = nullptr;
    const int der_size = i2d_PUBKEY(key.get(), &der);
    must(der_size > 0 && EVP_Digest(der, static_cast<std::size_t>(der_size), digest.data(), &size, EVP_sha256(), nullptr) == 1);
    OPENSSL_free(der);
    unsigned char text[45];  // 32 bytes as base64, and OpenSSL's zero byte
    EVP_EncodeBlock(text, digest.data(), static_cast<int>(digest.size()));
    pair.pin = "sha256//" + std::string(reinterpret_cast<const char*>(text));
    return pair;
  }

 private:
  static void must(bool done) {
    if (!done) throw std::runtime_error("OpenSSL makes no certificate");
  }
  static KeyPtr new_key() {
    KeyPtr key(EVP_EC_gen("P-256"));
    must(key != nullptr);
    return key;
  }
  template <class Write>
  static std::string pem_of(Write write) {
    const BioPtr bio(BIO_new(BIO_s_mem()));
    must(bio && write(bio.get()) == 1);
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    return {text, static_cast<std::size_t>(size)};
  }
  std::string write(const std::string& name, const std::string& text) const {
    const auto path = folder_ / name;
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }

  // `issuer` null: signed by its own key, and an authority.
  CertificatePtr sign(const std::string& name, EVP_PKEY& key, X509* issuer, const CertificateTerms& terms) const {
    CertificatePtr made(X509_new());
    must(made != nullptr);
    X509* const x = made.get();
    static std::atomic<long> serial{1};
    must(X509_set_version(x, 2) == 1 && ASN1_INTEGER_set(X509_get_serialNumber(x), ++serial) == 1);
    must(X509_gmtime_adj(X509_getm_notBefore(x), terms.begins.count()) &&
         X509_gmtime_adj(X509_getm_notAfter(x), terms.ends.count()));
    must(X509_set_pubkey(x, &key) == 1);
    X509_NAME* const subject = X509_get_subject_name(x);
    must(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1,
                                    0) == 1);
    must(X509_set_issuer_name(x, issuer ? X509_get_subject_name(issuer) : subject) == 1);
    const auto extend = [x](int kind, const std::string& value) {
      X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
      must(extension && X509_add_ext(x, extension, -1) == 1);
      X509_EXTENSION_free(extension);
    };
    extend(NID_basic_constraints, issuer ? "CA:FALSE" : "critical,CA:TRUE");
    if (!terms.names.empty()) extend(NID_subject_alt_name, terms.names);
    must(X509_sign(x, key_.get(), EVP_sha256()) > 0);
    return made;
  }

  std::filesystem::path folder_;
  KeyPtr key_;
  CertificatePtr certificate_;
  std::string file_;
};

}  // namespace gstd::test
