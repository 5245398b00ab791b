package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	number "math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// certificate writes a new one for 127.0.0.1, and its key.
func certificate(t *testing.T, dir string, serial int64) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: number.NewInt(serial), Subject: pkix.Name{CommonName: "frank.example"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, c, c, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for path, b := range map[string]*pem.Block{key: {Type: "PRIVATE KEY", Bytes: secret}, cert: {Type: "CERTIFICATE", Bytes: der}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(b), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	later := time.Now().Add(time.Duration(serial) * time.Second)
	if err := os.Chtimes(cert, later, later); err != nil {
		t.Fatal(err)
	}
	return cert, key
}

// TestTLS: with a certificate the server speaks TLS and nothing else, and takes
// up a renewed certificate while it runs.
func TestTLS(t *testing.T) {
	dir := t.TempDir()
	c := &child{t: t, dir: filepath.Join(dir, "server")}
	cert, key := certificate(t, dir, 1)
	base := strings.Replace(c.start("--tls-cert", cert, "--tls-key", key), "http:", "https:", 1)
	defer c.kill()
	serial := func() int64 {
		client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true}} // the test looks at the certificate itself
		r, err := client.Get(base + "/healthz")
		if err != nil {
			t.Fatalf("%v\n%s", err, &c.log)
		}
		r.Body.Close()
		if r.StatusCode != http.StatusOK || r.TLS == nil {
			t.Fatalf("%v", r.Status)
		}
		return r.TLS.PeerCertificates[0].SerialNumber.Int64()
	}
	if n := serial(); n != 1 {
		t.Errorf("certificate %d", n)
	}
	certificate(t, dir, 2)
	if n := serial(); n != 2 {
		t.Errorf("after the renewal: certificate %d", n)
	}
	if err := os.WriteFile(cert, []byte("half a fi"), 0o600); err != nil {
		t.Fatal(err)
	}
	if n := serial(); n != 2 {
		t.Errorf("while a file is written: certificate %d", n)
	}
	if r, err := http.Get(strings.Replace(base, "https:", "http:", 1) + "/healthz"); err == nil && r.StatusCode == http.StatusOK {
		t.Error("it answers without TLS")
	}
}
