package io.holdfast.strategy.filesystem.internal;

/**
 * A mounted file system, as {@code statfs} names it.
 *
 * @param type its magic number
 * @param id its own id, steady over restarts on most file systems
 */
record FileSystem(long type, long id) {

    /** What a walk does when it comes upon one. */
    enum Sort {
        /** Shows the kernel's state, holds no data: never walked. */
        PSEUDO,
        /** In memory: gone with a restart. */
        VOLATILE,
        /** Data lie on another machine. */
        NETWORK,
        /** Data lie on this machine, as far as can be told. */
        LOCAL
    }

    private static final int ZFS = 0x2fc12fc1;

    Sort sort() {
        return switch ((int) type) {
            // proc, sysfs, devpts, cgroup, cgroup2, debugfs, tracefs, securityfs, selinuxfs, smackfs
            case 0x9fa0,
                    0x62656572,
                    0x1cd1,
                    0x27e0eb,
                    0x63677270,
                    0x64626720,
                    0x74726163,
                    0x73636673,
                    0xf97cff8c,
                    0x43415d53 -> Sort.PSEUDO;
            // pstore, efivarfs, bpf, mqueue, hugetlbfs, configfs, binfmt_misc, autofs, nsfs, rpc_pipefs, fusectl,
            // resctrl
            case 0x6165676c,
                    0xde5e81e4,
                    0xcafe4a11,
                    0x19800202,
                    0x958458f6,
                    0x62656570,
                    0x42494e4d,
                    0x0187,
                    0x6e736673,
                    0x67596969,
                    0x65735543,
                    0x7655821 -> Sort.PSEUDO;
            // tmpfs and devtmpfs, ramfs
            case 0x01021994, 0x858458f6 -> Sort.VOLATILE;
            // nfs, smb, cifs, smb2, 9p, afs, ceph, coda, ncp, lustre, gfs2, ocfs2
            case 0x6969,
                    0x517b,
                    0xff534d42,
                    0xfe534d42,
                    0x01021997,
                    0x5346414f,
                    0x6b414653,
                    0x00c36400,
                    0x73757245,
                    0x564c,
                    0x0bd00bd0,
                    0x01161970,
                    0x7461636f -> Sort.NETWORK;
            // fuse: sshfs and s3fs far more often than anything local
            case 0x65735546 -> Sort.NETWORK;
            default -> Sort.LOCAL;
        };
    }

    /**
     * Whether an unchanged change time means unchanged content. Not where it is made up (FAT, FUSE), nor in images whose
     * builders give every file the same times and small inode numbers.
     */
    boolean keepsChangeTimes() {
        return switch ((int) type) {
            // vfat, exfat, fuse, ntfs, squashfs, iso9660, udf, cramfs, erofs, romfs
            case 0x4d44,
                    0x2011bab0,
                    0x65735546,
                    0x5346544e,
                    0x73717368,
                    0x9660,
                    0x15013346,
                    0x28cd3d45,
                    0xe0f5e1e2,
                    0x7275 -> false;
            default -> true;
        };
    }

    /** Whether holes that it tells of are to be believed; ZFS had releases that showed fresh data as holes. */
    boolean tellsHoles() {
        return (int) type != ZFS;
    }
}
