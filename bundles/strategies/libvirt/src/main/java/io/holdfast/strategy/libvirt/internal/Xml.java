package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/** Reads and writes XML. What is read may come from an enemy: no document type, no entities from elsewhere. */
final class Xml {

    private Xml() {}

    /**
     * Parses a document.
     *
     * @param root the name that the root element must have
     * @throws PluginException {@code CORRUPT_DATA}
     */
    static Document parse(String what, String text, String root) throws PluginException {
        try {
            DocumentBuilder builder = factory().newDocumentBuilder();
            builder.setErrorHandler(new DefaultHandler()); // throws; the default one prints
            Document document = builder.parse(new InputSource(new StringReader(text)));
            if (!root.equals(document.getDocumentElement().getTagName())) {
                throw corrupt(what, "its root is not <" + root + ">", null);
            }
            return document;
        } catch (SAXException e) {
            throw corrupt(what, Commands.printable(String.valueOf(e.getMessage())), e);
        } catch (IOException | ParserConfigurationException e) {
            throw new PluginException(ErrorKind.INTERNAL, "the parser of XML does not work", e);
        }
    }

    private static PluginException corrupt(String what, String why, @Nullable Throwable cause) {
        return new PluginException(ErrorKind.CORRUPT_DATA, what + " is not the XML that was expected: " + why, cause);
    }

    private static DocumentBuilderFactory factory() throws ParserConfigurationException {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
        factory.setXIncludeAware(false);
        factory.setExpandEntityReferences(false);
        return factory;
    }

    static String format(Document document) throws PluginException {
        try {
            TransformerFactory factory = TransformerFactory.newDefaultInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            Transformer transformer = factory.newTransformer();
            transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
            StringWriter text = new StringWriter();
            transformer.transform(new DOMSource(document), new StreamResult(text));
            return text.toString();
        } catch (TransformerException e) {
            throw new PluginException(ErrorKind.INTERNAL, "the writer of XML does not work", e);
        }
    }

    /** A new document with an empty root. */
    static Document create(String root) throws PluginException {
        try {
            Document document = factory().newDocumentBuilder().newDocument();
            document.appendChild(document.createElement(root));
            return document;
        } catch (ParserConfigurationException e) {
            throw new PluginException(ErrorKind.INTERNAL, "the parser of XML does not work", e);
        }
    }

    /** Adds an element with attributes, given as name and value in turn. */
    static Element add(Element parent, String name, String... attributes) {
        Element element = parent.getOwnerDocument().createElement(name);
        for (int i = 0; i < attributes.length; i += 2) {
            element.setAttribute(attributes[i], attributes[i + 1]);
        }
        parent.appendChild(element);
        return element;
    }

    /** All children, in order. */
    static List<Element> children(Element parent) {
        List<Element> found = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element) {
                found.add(element);
            }
        }
        return found;
    }

    /** The children of that name, in order. */
    static List<Element> children(Element parent, String name) {
        return children(parent).stream()
                .filter(element -> element.getTagName().equals(name))
                .toList();
    }

    /** The first child of that name. */
    static @Nullable Element child(Element parent, String name) {
        List<Element> found = children(parent, name);
        return found.isEmpty() ? null : found.get(0);
    }

    /** The first descendant along the names. */
    static @Nullable Element at(Element from, String... path) {
        Element element = from;
        for (String name : path) {
            Element next = child(element, name);
            if (next == null) {
                return null;
            }
            element = next;
        }
        return element;
    }

    /** The text of a descendant; empty if there is none. */
    static String text(Element from, String... path) {
        Element element = at(from, path);
        return element == null ? "" : element.getTextContent().strip();
    }

    /** An attribute of a child; empty if there is none. */
    static String attribute(Element from, String child, String name) {
        Element element = child(from, child);
        return element == null ? "" : element.getAttribute(name);
    }

    static void remove(Element parent, String name) {
        children(parent, name).forEach(parent::removeChild);
    }
}
