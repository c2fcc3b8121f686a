/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * spec_id.h - what Identify and Get Log Page return (NVMe Base 2.0c section
 * 5.17.2, 5.16.1; NVM Command Set 1.0c section 4.1.5)
 *
 * Wire layouts with their offsets asserted. Only lib/ident.c reads them.
 */
#ifndef NVMEQ_SPEC_ID_H
#define NVMEQ_SPEC_ID_H

#include <nvmeq/base.h>

#define NVMEQ_IDENTIFY_BYTES	4096

/* Power state descriptor, Base Figure 276 */
struct nvmeq_id_psd {
	__le16 mp;
	u8 rsvd2;
	u8 flags;
	__le32 enlat;
	__le32 exlat;
	u8 rest[20];
};
NVMEQ_ASSERT_SIZE(struct nvmeq_id_psd, 32);

/* Identify Controller (CNS 01h), Base Figure 275 */
struct nvmeq_id_ctrl {
	__le16 vid;
	__le16 ssvid;
	char sn[20];
	char mn[40];
	char fr[8];
	u8 rab;
	u8 ieee[3];
	u8 cmic;
	u8 mdts;
	__le16 cntlid;
	__le32 ver;
	__le32 rtd3r;
	__le32 rtd3e;
	__le32 oaes;
	__le32 ctratt;
	__le16 rrls;
	u8 rsvd102[9];
	u8 cntrltype;
	u8 fguid[16];
	__le16 crdt[3];
	u8 rsvd134[119];
	u8 nvmsr;
	u8 vwci;
	u8 mec;
	__le16 oacs;
	u8 acl;
	u8 aerl;
	u8 frmw;
	u8 lpa;
	u8 elpe;
	u8 npss;
	u8 avscc;
	u8 apsta;
	__le16 wctemp;
	__le16 cctemp;
	__le16 mtfa;
	__le32 hmpre;
	__le32 hmmin;
	u8 tnvmcap[16];
	u8 unvmcap[16];
	__le32 rpmbs;
	__le16 edstt;
	u8 dsto;
	u8 fwug;
	__le16 kas;
	__le16 hctma;
	__le16 mntmt;
	__le16 mxtmt;
	__le32 sanicap;
	__le32 hmminds;
	__le16 hmmaxd;
	__le16 nsetidmax;
	__le16 endgidmax;
	u8 anatt;
	u8 anacap;
	__le32 anagrpmax;
	__le32 nanagrpid;
	__le32 pels;
	__le16 domainid;
	u8 rsvd358[10];
	u8 megcap[16];
	u8 rsvd384[128];
	u8 sqes;
	u8 cqes;
	__le16 maxcmd;
	__le32 nn;
	__le16 oncs;
	__le16 fuses;
	u8 fna;
	u8 vwc;
	__le16 awun;
	__le16 awupf;
	u8 icsvscc;
	u8 nwpc;
	__le16 acwu;
	__le16 ocfs;
	__le32 sgls;
	__le32 mnan;
	u8 maxdna[16];
	__le32 maxcna;
	u8 rsvd564[204];
	char subnqn[256];
	u8 rsvd1024[768];
	u8 fabrics[256];
	struct nvmeq_id_psd psd[32];
	u8 vs[1024];
};
NVMEQ_ASSERT_SIZE(struct nvmeq_id_ctrl, NVMEQ_IDENTIFY_BYTES);
NVMEQ_ASSERT_OFFSET(struct nvmeq_id_ctrl, mdts, 77);
NVMEQ_ASSERT_OFFSET(struct nvmeq_id_ctrl, ver, 80);
NVMEQ_ASSERT_OFFSET(struct nvmeq_id_ctrl, cntrltype, 111);
NVMEQ_ASSERT_OFFSET(struct nvmeq_id_ctrl, oacs, 256);
NVMEQ_ASSERT_OFFSET(struct nvmeq_id_ctrl, frmw, 260);
NVMEQ_ASSERT_OFFSET(struct nvmeq_id_ctrl, wctemp, 266);
NVMEQ_ASSERT_OFFSET(struct nvmeq_id_ctrl, edstt, 316);
NVMEQ_ASSERT_OFFSET(struct nvmeq_id_ctrl, fwug, 319);
NVMEQ_ASSERT_OFFSET(struct nvmeq_id_ctrl, sanicap, 328);
NVMEQ_ASSERT_OFFSET(struct nvmeq_id_ctrl, sqes, 512);
NVMEQ_ASSERT_OFFSET(struct nvmeq_id_ctrl, nn, 516);
NVMEQ_ASSERT_OFFSET(struct nvmeq_id_ctrl, fuses, 522);
NVMEQ_ASSERT_OFFSET(struct nvmeq_id_ctrl, vwc, 525);
NVMEQ_ASSERT_OFFSET(struct nvmeq_id_ctrl, acwu, 532);
NVMEQ_ASSERT_OFFSET(struct nvmeq_id_ctrl, sgls, 536);
NVMEQ_ASSERT_OFFSET(struct nvmeq_id_ctrl, subnqn, 768);
NVMEQ_ASSERT_OFFSET(struct nvmeq_id_ctrl, psd, 2048);

#define NVMEQ_OACS_SECURITY	BIT(0)
#define NVMEQ_OACS_FORMAT	BIT(1)
#define NVMEQ_OACS_FIRMWARE	BIT(2)
#define NVMEQ_OACS_NS_MGMT	BIT(3)
#define NVMEQ_OACS_SELF_TEST	BIT(4)
#define NVMEQ_OACS_DBBUF	BIT(8)
#define NVMEQ_OACS_LBA_STATUS	BIT(9)
#define NVMEQ_ONCS_COMPARE	BIT(0)
#define NVMEQ_ONCS_WRITE_UNCOR	BIT(1)
#define NVMEQ_ONCS_DSM		BIT(2)
#define NVMEQ_ONCS_WRITE_ZEROES	BIT(3)
#define NVMEQ_ONCS_SAVE		BIT(4)
#define NVMEQ_ONCS_RESERVATIONS	BIT(5)
#define NVMEQ_ONCS_VERIFY	BIT(7)
#define NVMEQ_SANICAP_CRYPTO	BIT(0)
#define NVMEQ_SANICAP_BLOCK	BIT(1)
#define NVMEQ_SANICAP_OVERWRITE	BIT(2)
#define NVMEQ_SANICAP_NDI	BIT(29)	/* what is sanitized is always deallocated */
#define NVMEQ_FRMW_SLOT1_RO	BIT(0)
#define NVMEQ_FRMW_SLOTS(frmw)	((frmw) >> 1 & 0x7)
#define NVMEQ_FRMW_NO_RESET	BIT(4)
#define NVMEQ_CTRATT_LONG_HOST_ID BIT(0)
#define NVMEQ_CTRATT_ELBAS	BIT(15)	/* extended LBA formats, in CNS 05h */
#define NVMEQ_FUSES_COMPARE_WRITE BIT(0)
#define NVMEQ_FNA_FORMAT_ALL	BIT(0)
#define NVMEQ_FWUG_NONE		0xff	/* images may be cut anywhere, 0 says nothing */
#define NVMEQ_LPA_SMART_NS	BIT(0)
#define NVMEQ_LPA_EFFECTS	BIT(1)
#define NVMEQ_VWC_PRESENT	BIT(0)
#define NVMEQ_SGLS_SUPPORT_MASK	0x3U	/* 1: any alignment, 2: dword alignment */

/* LBA format, NVM Figure 98 */
struct nvmeq_id_lbaf {
	__le16 ms;
	u8 lbads;
	u8 rp;
};
NVMEQ_ASSERT_SIZE(struct nvmeq_id_lbaf, 4);

/* Identify Namespace, NVM command set (CNS 00h), NVM Figure 97 */
struct nvmeq_id_ns {
	__le64 nsze;
	__le64 ncap;
	__le64 nuse;
	u8 nsfeat;
	u8 nlbaf;
	u8 flbas;
	u8 mc;
	u8 dpc;
	u8 dps;
	u8 nmic;
	u8 rescap;
	u8 fpi;
	u8 dlfeat;
	__le16 nawun;
	__le16 nawupf;
	__le16 nacwu;
	__le16 nabsn;
	__le16 nabo;
	__le16 nabspf;
	__le16 noiob;
	u8 nvmcap[16];
	__le16 npwg;
	__le16 npwa;
	__le16 npdg;
	__le16 npda;
	__le16 nows;
	__le16 mssrl;
	__le32 mcl;
	u8 msrc;
	u8 rsvd81[11];
	__le32 anagrpid;
	u8 rsvd96[3];
	u8 nsattr;
	__le16 nvmsetid;
	__le16 endgid;
	u8 nguid[16];
	u8 eui64[8];
	struct nvmeq_id_lbaf lbaf[64];
	u8 vs[3712];
};
NVMEQ_ASSERT_SIZE(struct nvmeq_id_ns, NVMEQ_IDENTIFY_BYTES);
NVMEQ_ASSERT_OFFSET(struct nvmeq_id_ns, rescap, 31);
NVMEQ_ASSERT_OFFSET(struct nvmeq_id_ns, nawun, 34);
NVMEQ_ASSERT_OFFSET(struct nvmeq_id_ns, noiob, 46);
NVMEQ_ASSERT_OFFSET(struct nvmeq_id_ns, npwg, 64);
NVMEQ_ASSERT_OFFSET(struct nvmeq_id_ns, anagrpid, 92);
NVMEQ_ASSERT_OFFSET(struct nvmeq_id_ns, nsattr, 99);
NVMEQ_ASSERT_OFFSET(struct nvmeq_id_ns, nguid, 104);
NVMEQ_ASSERT_OFFSET(struct nvmeq_id_ns, lbaf, 128);

#define NVMEQ_NSFEAT_THIN	BIT(0)
#define NVMEQ_NSFEAT_ATOMICS	BIT(1)	/* NAWUN, NAWUPF, NACWU are the namespace's own */
#define NVMEQ_NSFEAT_DEALLOC	BIT(2)
#define NVMEQ_NSFEAT_OPTPERF	BIT(4)	/* NPWG, NPWA, NPDG, NPDA, NOWS are valid */
#define NVMEQ_FLBAS_EXTENDED	BIT(4)
#define NVMEQ_DPC_PI_FIRST	BIT(3)	/* below: bit n-1 for type n */
#define NVMEQ_DPC_PI_LAST	BIT(4)
#define NVMEQ_DPS_TYPE_MASK	0x7U
#define NVMEQ_DPS_PI_FIRST	BIT(3)
#define NVMEQ_RESCAP_PTPL	BIT(0)	/* above: bit n for reservation type n */
#define NVMEQ_FPI_SUPPORTED	BIT(7)
#define NVMEQ_DLFEAT_READ_MASK	0x7U
#define NVMEQ_DLFEAT_READ_ZERO	0x1U
#define NVMEQ_DLFEAT_WZ_DEAC	BIT(3)
#define NVMEQ_NSATTR_WP		BIT(0)

/* Namespace identification descriptor (CNS 03h), Base Figure 277 */
struct nvmeq_ns_desc {
	u8 nidt;
	u8 nidl;
	u8 rsvd[2];
	u8 nid[];
};
enum { NVMEQ_NIDT_END = 0, NVMEQ_NIDT_EUI64 = 1, NVMEQ_NIDT_NGUID = 2, NVMEQ_NIDT_UUID = 3,
       NVMEQ_NIDT_CSI = 4 };

/* I/O command set specific Identify Controller, NVM command set (CNS 06h), NVM Figure 102 */
struct nvmeq_id_ctrl_nvm {
	u8 vsl;			/* as MDTS: 2^n minimum pages, 0 = no limit reported */
	u8 wzsl;		/* likewise */
	u8 wusl;
	u8 dmrl;
	__le32 dmrsl;
	__le64 dmsl;
	u8 rest[4080];
};
NVMEQ_ASSERT_SIZE(struct nvmeq_id_ctrl_nvm, NVMEQ_IDENTIFY_BYTES);

/* I/O command set specific Identify Namespace, NVM command set (CNS 05h), NVM Figure 100 */
struct nvmeq_id_ns_nvm {
	__le64 lbstm;
	u8 pic;
	u8 rsvd[3];
	__le32 elbaf[64];	/* by LBAF index */
	u8 rest[3828];
};
NVMEQ_ASSERT_SIZE(struct nvmeq_id_ns_nvm, NVMEQ_IDENTIFY_BYTES);
NVMEQ_ASSERT_OFFSET(struct nvmeq_id_ns_nvm, elbaf, 12);

#define NVMEQ_ELBAF_STS_MASK	0x7fU		/* bits of the storage tag */
#define NVMEQ_ELBAF_PIF_SHIFT	7
#define NVMEQ_ELBAF_PIF_MASK	0x3U		/* of the guard: */
#define NVMEQ_ELBAF_PIF_16	0
#define NVMEQ_ELBAF_PIF_64	2

#define NVMEQ_NS_LIST_ENTRIES	1024

#endif /* NVMEQ_SPEC_ID_H */
