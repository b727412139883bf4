package io.holdfast.access.cli.offline;

import io.holdfast.spi.source.EntryPath;
import java.nio.file.Path;
import java.util.List;

/**
 * What is restored and where to.
 *
 * @param target absolute; made if it is not there
 * @param overwrite what happens to files that exist, in the words of the file system strategy; disks, streams and items
 *     never replace anything
 * @param selection paths in trees and of items, or names of disks and streams; empty for everything
 */
public record RestoreChoice(Path target, String overwrite, List<EntryPath> selection) {

    /** Copies the list. */
    public RestoreChoice {
        selection = List.copyOf(selection);
    }
}
