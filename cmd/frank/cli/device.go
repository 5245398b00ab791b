package cli

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"frank"
	"frank/api"
	"frank/client"
	"frank/directory"
	"frank/internal/canon"
	"frank/keyring"
)

type deviceCmd struct {
	List    deviceListCmd    `cmd:"" help:"List your devices."`
	Offer   deviceOfferCmd   `cmd:"" help:"On a device you have: say where a new one belongs."`
	Request deviceRequestCmd `cmd:"" help:"On the new device: ask to be one of yours."`
	Answer  deviceAnswerCmd  `cmd:"" help:"On a device you have: let the new one in."`
	Accept  deviceAcceptCmd  `cmd:"" help:"On the new device: take the answer."`
	Lost    deviceLostCmd    `cmd:"" help:"A device is lost: revoke it, and change what it knew."`
}

// deviceOffer says where a new device belongs. Nothing in it is secret.
type deviceOffer struct {
	Format string            `json:"format"` // frank.device-offer/1
	Member client.Membership `json:"member"`
}

// deviceAsk is what a new device sends: keyring's request, and its claim for
// the directory.
type deviceAsk struct {
	Format  string `json:"format"` // frank.device-ask/1
	Request []byte `json:"request"`
	Proof   []byte `json:"proof"`
}

// deviceWait is what a new device keeps until the answer comes.
type deviceWait struct {
	Format  string            `json:"format"` // frank.device-wait/1
	Member  client.Membership `json:"member"`
	Request []byte            `json:"request"`
}

const (
	offerFormat = "frank.device-offer/1"
	askFormat   = "frank.device-ask/1"
	waitFormat  = "frank.device-wait/1"
	waitFile    = "device-wait.json"
	maxDevice   = 2 << 20 // bytes of any of these files
)

// readForm reads a file of one of the formats of this package.
func (r *run) readForm(name, from string, into any, format func() string, want string) error {
	data, err := r.readFile(name, maxDevice)
	if err != nil {
		return err
	}
	if canon.Unmarshal(bytes.TrimSuffix(data, []byte("\n")), into) != nil || format() != want {
		return frank.WithHint(fmt.Errorf("%s is not the file that is needed", name), "it is the one that %s writes", from)
	}
	return nil
}

func (r *run) writeForm(name string, v any) error {
	return r.newFile(name, append(canon.Marshal(v), '\n'))
}

type deviceListCmd struct {
	JSON bool `name:"json" help:"Print them as JSON."`
}

func (*deviceListCmd) Help() string { return `Example: frank device list` }

func (cmd *deviceListCmd) Run(r *run) error {
	return r.member(func(m *member) error {
		p, err := m.Me()
		if err != nil {
			return err
		}
		if cmd.JSON {
			return m.json(p.Devices)
		}
		var rows [][]string
		for _, d := range p.Devices {
			state := "valid"
			switch {
			case !d.Valid:
				state = "revoked"
			case d.Key == m.Key.VerifyKey():
				state = "this one"
			}
			rows = append(rows, []string{short(d.Key.String()), fmt.Sprintf("since entry %d", d.From), state})
		}
		m.table(rows)
		return nil
	})
}

type deviceOfferCmd struct {
	Out string `short:"o" required:"" placeholder:"FILE" help:"Write the offer to this new file."`
}

func (*deviceOfferCmd) Help() string {
	return `A second device takes four steps: offer, request, answer, accept. The files may travel by anybody; the two fingerprints are compared on the screens.

Example: frank device offer -o offer.json`
}

func (cmd *deviceOfferCmd) Run(r *run) error {
	return r.member(func(m *member) error { return r.writeForm(cmd.Out, deviceOffer{offerFormat, m.Pin()}) })
}

type deviceRequestCmd struct {
	Offer string `arg:"" help:"The file that the first device wrote."`
	Out   string `short:"o" required:"" placeholder:"FILE" help:"Write the request to this new file."`
}

func (*deviceRequestCmd) Help() string {
	return `The new device has keys of its own first: frank init.

Example: frank device request offer.json -o request.json`
}

func (cmd *deviceRequestCmd) Run(r *run) error {
	var offer deviceOffer
	if err := r.readForm(cmd.Offer, "frank device offer", &offer, func() string { return offer.Format }, offerFormat); err != nil {
		return err
	}
	if err := r.checkNew(cmd.Out); err != nil {
		return err
	}
	return r.locked(func(dir client.Folder) error {
		key, err := r.signingKey()
		if err != nil {
			return err
		}
		request, err := key.RequestDevice(offer.Member.Name)
		if err != nil {
			return err
		}
		if err := dir.Write(waitFile, canon.Marshal(deviceWait{waitFormat, offer.Member, request})); err != nil {
			return err
		}
		proof := key.Sign(keyring.DeviceNamespace, directory.DeviceClaim(offer.Member.Log, offer.Member.Person, key.VerifyKey()))
		if err := r.writeForm(cmd.Out, deviceAsk{askFormat, request, proof}); err != nil {
			return err
		}
		fmt.Fprintf(r.out, "fingerprint %s\n", key.Card(offer.Member.Name).Fingerprint())
		return nil
	})
}

type deviceAnswerCmd struct {
	Request     string   `arg:"" help:"The file that the new device wrote."`
	Fingerprint []string `arg:"" help:"As the new device shows it."`
	Out         string   `short:"o" required:"" placeholder:"FILE" help:"Write the answer to this new file."`
}

func (*deviceAnswerCmd) Help() string {
	return `The directory gets the new device's signing key, and the answer holds your decryption keys, sealed to it. Type the fingerprint from the new device's screen: whoever has that device then reads everything you can.

Example: frank device answer request.json 2f1c 9a03 … -o answer.age`
}

func (cmd *deviceAnswerCmd) Run(r *run) error {
	var ask deviceAsk
	if err := r.readForm(cmd.Request, "frank device request", &ask, func() string { return ask.Format }, askFormat); err != nil {
		return err
	}
	card, err := keyring.ParseDeviceRequest(ask.Request)
	if err != nil {
		return frank.WithHint(fmt.Errorf("%s: %w", cmd.Request, err), "have the new device write it again")
	}
	if bareFingerprint(card.Fingerprint()) != bareFingerprint(strings.Join(cmd.Fingerprint, "")) {
		return frank.WithHint(fmt.Errorf("the fingerprint is not that of the device that asks, and nothing was done"), "type it from the new device's screen; if it is right there, the request is somebody else's")
	}
	if err := r.checkNew(cmd.Out); err != nil {
		return err
	}
	return r.member(func(m *member) error {
		answer, err := m.Key.AnswerDevice(ask.Request, m.Name)
		if err != nil {
			return err
		}
		if _, err := m.Directory().Now().Signer(card.Sign); err != nil { // not stated by an earlier, interrupted answer
			if _, err := m.Do(r, directory.Device{Key: card.Sign, Proof: ask.Proof}); err != nil {
				return err
			}
		}
		if err := r.newFile(cmd.Out, answer); err != nil {
			return err
		}
		r.note("the device is yours now; take %s to it", cmd.Out)
		return nil
	})
}

type deviceAcceptCmd struct {
	Answer string `arg:"" help:"The file that the first device wrote."`
}

func (*deviceAcceptCmd) Help() string {
	return `The answer is taken only if the ledger says that it comes from another device of yours, and holds the key that things for you are sealed to.

Example: frank device accept answer.age`
}

func (cmd *deviceAcceptCmd) Run(r *run) error {
	answer, err := r.readFile(cmd.Answer, maxDevice)
	if err != nil {
		return err
	}
	home, err := r.home()
	if err != nil {
		return err
	}
	return r.locked(func(dir client.Folder) error {
		data, err := dir.Read(waitFile)
		var wait deviceWait
		if err != nil || canon.Unmarshal(data, &wait) != nil || wait.Format != waitFormat {
			return frank.WithHint(fmt.Errorf("this device has not asked for anything"), "frank device request does")
		}
		cfg, err := r.reach(dir)
		if err != nil {
			return err
		}
		from, ids, err := cfg.Key.OpenAnswer(wait.Request, answer)
		if err != nil {
			return frank.WithHint(fmt.Errorf("%s does not open: %w", cmd.Answer, err), "it is the answer to this device's last request, and to no other")
		}
		c, err := client.JoinAsDevice(cfg, wait.Member)
		if err != nil {
			return err
		}
		if err = checkAnswer(r, c, wait.Member.Person, from, ids); err == nil {
			_, err = keyring.Adopt(home, r.askKey, ids)
		}
		if err != nil {
			dir.Remove("membership.json")
			return err
		}
		r.note("this device is one of yours in %s", c.Directory().Name())
		return dir.Remove(waitFile)
	})
}

// checkAnswer holds an answer against what the ledger says of the person.
func checkAnswer(r *run, c *client.Client, person frank.PersonID, from keyring.Card, ids *keyring.Identities) error {
	if _, err := c.Sync(r); err != nil {
		return err
	}
	now := c.Directory().Now()
	if id, err := now.Signer(from.Sign); err != nil || id != person {
		return frank.WithHint(fmt.Errorf("the answer comes from a device that is not yours in the ledger"), "do not use it; ask a registrar")
	}
	if seal, ok := now.Recipient(person); !ok || seal != ids.Public().String() {
		return frank.WithHint(fmt.Errorf("the answer does not hold the key that things for you are sealed to"), "have the first device answer again, with frank device answer")
	}
	return nil
}

type deviceLostCmd struct {
	Key    string `arg:"" help:"The device's key, or how it begins: frank device list."`
	Person string `placeholder:"PERSON" help:"Whose it is, if not yours. For registrars."`
}

func (*deviceLostCmd) Help() string {
	return `From the next entry of the ledger on nothing counts that the device signs. If it is yours, you also get a new decryption key, and so does every office you hold: what is sealed from now on the lost device cannot read. What it could read it still can. A registrar does it for somebody else; for the last device of somebody with a role, others must agree: frank changes.

Example: frank device lost 3f90ab12`
}

func (cmd *deviceLostCmd) Run(r *run) error {
	home, err := r.home()
	if err != nil {
		return err
	}
	return r.member(func(m *member) error {
		p, err := m.Me()
		if err == nil && cmd.Person != "" {
			p, err = m.findPerson(cmd.Person)
		}
		if err != nil {
			return err
		}
		var found []directory.DeviceInfo
		for _, d := range p.Devices {
			if d.Valid && strings.HasPrefix(d.Key.String(), strings.ToLower(cmd.Key)) {
				found = append(found, d)
			}
		}
		if len(found) != 1 || len(cmd.Key) < 4 {
			return frank.WithHint(fmt.Errorf("%s has %d valid devices whose key begins with %.64q", p.Name, len(found), cmd.Key), "frank device list has the keys; give at least four digits")
		}
		do := directory.Revoke{Person: p.ID, Key: found[0].Key}
		if len(p.Roles) > 0 && !slices.ContainsFunc(p.Devices, func(d directory.DeviceInfo) bool { return d.Valid && d.Key != do.Key }) {
			return m.propose(do) // the last of somebody with a role: one registrar is not enough
		}
		if _, err := m.Do(r, do); err != nil {
			return err
		}
		r.note("the device %s is revoked", short(found[0].Key.String()))
		if p.ID != m.Person {
			return nil
		}
		if err := m.changeKey(home); err != nil {
			return err
		}
		for _, o := range p.Offices {
			if !m.Directory().At(m.View().Head().Size).Holds(m.Person, o) {
				continue
			}
			if err := m.NewOfficeKey(r, o); err != nil {
				return err
			}
			r.note("the office %s has a new key", o)
		}
		return nil
	})
}

// changeKey makes a new decryption key and says so in the directory. The new
// one is kept first: what is sealed to it can be read from then on.
func (m *member) changeKey(home string) error {
	key, err := keyring.Rekey(home, m.askKey)
	if err != nil {
		return err
	}
	m.Key = key
	if _, err := m.Do(m.run, directory.Key{Seal: key.Public.String()}); err != nil {
		return err
	}
	m.note("you have a new decryption key; keep a copy of the key file")
	m.note("your other devices and your recovery do not have it yet: frank device request, frank recovery new")
	return nil
}

type keyCmd struct {
	Change keyChangeCmd `cmd:"" help:"Make a new decryption key."`
}

type keyChangeCmd struct{}

func (*keyChangeCmd) Help() string {
	return `What is sealed to you from now on opens with the new key only; the older ones are kept for what was sealed before.

Example: frank key change`
}

func (*keyChangeCmd) Run(r *run) error {
	home, err := r.home()
	if err != nil {
		return err
	}
	return r.member(func(m *member) error { return m.changeKey(home) })
}

type recoveryCmd struct {
	New   recoveryNewCmd   `cmd:"" help:"Make a recovery code, to be printed."`
	Drill recoveryDrillCmd `cmd:"" help:"Prove that the code brings your keys back."`
	Use   recoveryUseCmd   `cmd:"" help:"Bring your decryption keys back."`
}

type recoveryNewCmd struct{}

func (*recoveryNewCmd) Help() string {
	return `Your decryption keys are sealed by the code and kept on the server, which cannot open them. The code is printed once: write it down on paper, keep it where you keep your passport, and prove with frank recovery drill that you can read your own hand. A new code replaces the old one. Signing keys are never recovered: after a loss you enrol anew.

Example: frank recovery new`
}

func (*recoveryNewCmd) Run(r *run) error {
	return r.member(func(m *member) error {
		code := keyring.NewCode()
		if err := m.Recovery(r, code); err != nil {
			return err
		}
		fmt.Fprintln(r.out, code.Reveal())
		r.note("write it on paper, and prove it: frank recovery drill")
		return nil
	})
}

type recoveryDrillCmd struct {
	CodeFile string `placeholder:"FILE" help:"Read the code from this file, - for standard input, and do not ask for it."`
}

func (*recoveryDrillCmd) Help() string {
	return `Asks for the code, fetches what the server keeps, and opens something with what comes out of it. Do it once a year.

Example: frank recovery drill`
}

func (cmd *recoveryDrillCmd) Run(r *run) error {
	code, err := r.recoveryCode(cmd.CodeFile)
	if err != nil {
		return err
	}
	return r.member(func(m *member) error {
		if err := m.Drill(r, code); errors.Is(err, keyring.ErrStale) {
			return frank.WithHint(err, "frank recovery new makes a new code, for the keys that you have now")
		} else if err != nil {
			return err
		}
		m.say("the code brings back every key that you have")
		return nil
	})
}

// recoveryCode asks for a code, or reads it from a file.
func (r *run) recoveryCode(file string) (code keyring.Code, err error) {
	typed := ""
	if file != "" {
		data, err := r.readFile(file, 1000)
		if err != nil {
			return code, err
		}
		typed = strings.TrimSpace(string(data))
	} else {
		if r.Passphrase == nil {
			return code, errNoTerminal
		}
		if typed, err = r.Passphrase(r, "recovery code: "); err != nil {
			return code, err
		}
	}
	return keyring.ParseCode(typed)
}

type recoveryUseCmd struct {
	CodeFile string `placeholder:"FILE" help:"Read the code from this file, - for standard input, and do not ask for it."`
}

func (*recoveryUseCmd) Help() string {
	return `For somebody who lost every device: a registrar invites you with frank invite --again, you enrol with fresh keys and are admitted, and this brings back the keys that open what you had. Then it makes a new decryption key, because nobody knows who has the old one.

Example: frank recovery use`
}

func (cmd *recoveryUseCmd) Run(r *run) error {
	home, err := r.home()
	if err != nil {
		return err
	}
	code, err := r.recoveryCode(cmd.CodeFile)
	if err != nil {
		return err
	}
	return r.member(func(m *member) error {
		ids, err := m.Recover(r, code)
		if err != nil {
			return err
		}
		if m.Key, err = keyring.Adopt(home, r.askKey, ids); err != nil {
			return err
		}
		r.note("the decryption keys are back: what was sealed to you before opens again")
		return m.changeKey(home)
	})
}

type contactCmd struct {
	Mail string `placeholder:"ADDRESS" help:"Be told by mail."`
	Hook string `placeholder:"URL" help:"Be told by a POST to this https address."`
	None bool   `help:"Be told nowhere."`
}

func (*contactCmd) Help() string {
	return `Where the server tells you that something awaits you: never what, from whom, or about what.

Example: frank contact --mail ada@example.org`
}

func (cmd *contactCmd) Run(r *run) error {
	if cmd.None == (cmd.Mail != "" || cmd.Hook != "") {
		return usagef("expected an address, or --none")
	}
	return r.member(func(m *member) error {
		if err := m.SetContact(r, api.Contact{Mail: cmd.Mail, Hook: cmd.Hook}); err != nil {
			return err
		}
		r.note("kept")
		return nil
	})
}
