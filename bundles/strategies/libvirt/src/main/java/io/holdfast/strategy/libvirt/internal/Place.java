package io.holdfast.strategy.libvirt.internal;

/**
 * Where an image is, or is to be made.
 *
 * @param block whether it is a block device and not a file
 * @param path of the file or device
 * @param format {@code qcow2}, {@code raw}, ...
 * @param pool the storage pool that it is a volume of; empty for none
 * @param volume its name in the pool
 */
record Place(boolean block, String path, String format, String pool, String volume) {

    static final String QCOW2 = "qcow2";
    static final String RAW = "raw";

    static Place file(String path, String format) {
        return new Place(false, path, format, "", "");
    }

    /** Where a machine has a disk. */
    static Place of(Machine.Disk disk) {
        return new Place(disk.type().equals("block"), disk.path(), disk.format(), "", "");
    }

    boolean inPool() {
        return !pool.isEmpty();
    }
}
