package sqlite

// The schema of both databases, as the steps that led to it: a database whose
// user_version is n has had the first n. A step that has been released is never
// changed.

var mainSteps = []string{`
CREATE TABLE entry (
	idx INTEGER PRIMARY KEY,
	commitment BLOB NOT NULL UNIQUE,
	kind TEXT NOT NULL,
	person TEXT NOT NULL,
	sealed INTEGER NOT NULL,
	payload BLOB NOT NULL,
	place TEXT, year INTEGER, number INTEGER,
	batch INTEGER NOT NULL
) STRICT;
CREATE INDEX entry_kind ON entry (kind, idx);
CREATE INDEX entry_dispatch ON entry (place, year, number, idx) WHERE place IS NOT NULL;
CREATE TABLE reader (tag TEXT NOT NULL, idx INTEGER NOT NULL, PRIMARY KEY (tag, idx)) WITHOUT ROWID, STRICT;

CREATE TABLE dispatch (
	place TEXT NOT NULL, year INTEGER NOT NULL, number INTEGER NOT NULL,
	office TEXT NOT NULL,
	recalled INTEGER,
	PRIMARY KEY (place, year, number)
) WITHOUT ROWID, STRICT;
CREATE TABLE batch (
	begun INTEGER PRIMARY KEY,
	place TEXT NOT NULL, year INTEGER NOT NULL, number INTEGER NOT NULL, batch INTEGER NOT NULL,
	office TEXT NOT NULL,
	embargo TEXT NOT NULL,
	draw TEXT NOT NULL DEFAULT '',
	complete INTEGER,
	UNIQUE (place, year, number, batch)
) STRICT;
CREATE INDEX batch_office ON batch (office, begun);
CREATE TABLE slot (
	begun INTEGER NOT NULL, slot INTEGER NOT NULL,
	person TEXT NOT NULL, office TEXT NOT NULL,
	complete INTEGER, sealed BLOB,
	PRIMARY KEY (begun, slot)
) WITHOUT ROWID, STRICT;
CREATE INDEX slot_person ON slot (person, complete) WHERE complete IS NOT NULL;
CREATE INDEX slot_sealed ON slot (sealed) WHERE sealed IS NOT NULL;
CREATE TABLE share (
	begun INTEGER NOT NULL, share INTEGER NOT NULL,
	person TEXT NOT NULL,
	complete INTEGER NOT NULL, sealed BLOB NOT NULL,
	PRIMARY KEY (begun, share)
) WITHOUT ROWID, STRICT;
CREATE INDEX share_person ON share (person, complete);
CREATE TABLE request (office TEXT NOT NULL, idx INTEGER NOT NULL, answered INTEGER, PRIMARY KEY (office, idx)) WITHOUT ROWID, STRICT;
CREATE INDEX request_open ON request (office, idx) WHERE answered IS NULL;

CREATE TABLE blob (
	hash BLOB PRIMARY KEY,
	size INTEGER NOT NULL,
	person TEXT NOT NULL,
	staged INTEGER
) WITHOUT ROWID, STRICT;
CREATE INDEX blob_staged ON blob (person, staged, size) WHERE staged IS NOT NULL;
CREATE TABLE blob_reader (hash BLOB NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (hash, tag)) WITHOUT ROWID, STRICT;

CREATE TABLE own (person TEXT NOT NULL, name TEXT NOT NULL, data BLOB NOT NULL, PRIMARY KEY (person, name)) STRICT;
CREATE TABLE contact (person TEXT NOT NULL, channel TEXT NOT NULL, address TEXT NOT NULL, PRIMARY KEY (person, channel)) WITHOUT ROWID, STRICT;
CREATE TABLE notice (
	person TEXT NOT NULL, channel TEXT NOT NULL,
	due INTEGER NOT NULL, tries INTEGER NOT NULL, stamp INTEGER NOT NULL,
	PRIMARY KEY (person, channel)
) WITHOUT ROWID, STRICT;
CREATE INDEX notice_due ON notice (due);
CREATE TABLE single (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE mark (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID, STRICT;
`, `
CREATE TABLE attachment (hash BLOB PRIMARY KEY, begun INTEGER NOT NULL) WITHOUT ROWID, STRICT;
CREATE INDEX attachment_begun ON attachment (begun);
`, `
CREATE TABLE part (hash BLOB PRIMARY KEY, idx INTEGER NOT NULL) WITHOUT ROWID, STRICT;
CREATE INDEX part_idx ON part (idx);
`, `
CREATE TABLE draft (
	number INTEGER PRIMARY KEY,
	office TEXT NOT NULL,
	versions INTEGER NOT NULL,
	over INTEGER NOT NULL,
	touched INTEGER NOT NULL,
	told INTEGER NOT NULL
) STRICT;
CREATE INDEX draft_idle ON draft (touched) WHERE over = 0;
CREATE INDEX draft_office ON draft (office);
CREATE TABLE draft_reader (person TEXT NOT NULL, draft INTEGER NOT NULL, PRIMARY KEY (person, draft)) WITHOUT ROWID, STRICT;
CREATE INDEX draft_reader_draft ON draft_reader (draft);
CREATE TABLE version (
	draft INTEGER NOT NULL, number INTEGER NOT NULL,
	person TEXT NOT NULL,
	hash BLOB NOT NULL,
	size INTEGER NOT NULL,
	sealed BLOB NOT NULL,
	PRIMARY KEY (draft, number)
) STRICT;
CREATE INDEX version_size ON version (draft, size);
`}

var blobSteps = []string{`
CREATE TABLE data (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, bytes BLOB NOT NULL) STRICT;
`}
