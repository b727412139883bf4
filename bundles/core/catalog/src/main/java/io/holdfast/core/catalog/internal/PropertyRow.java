package io.holdfast.core.catalog.internal;

import javax.persistence.Entity;
import javax.persistence.Id;
import javax.persistence.Table;

/** A named value. */
@Entity(name = "Property")
@Table(name = "properties")
class PropertyRow {

    static final int NAME = 128;
    static final int VALUE = 16 * 1_024;

    @Id
    String name = "";

    String value = "";

    PropertyRow() {}

    PropertyRow(String name, String value) {
        this.name = name;
        this.value = value;
    }
}
