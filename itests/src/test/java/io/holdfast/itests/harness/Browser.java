package io.holdfast.itests.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.FluentWait;

/**
 * Somebody at a browser: Chromium without a window, with a profile of its own that is gone afterwards. What is looked for is waited for.
 */
public final class Browser implements AutoCloseable {

    /** What a machine needs for it. */
    public static final String NEEDS = "a browser: apt-get install chromium chromium-driver";

    private static final Path PROGRAM = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(50);

    /** Says at every start that it does not know the newest protocol of Chromium, which nothing here needs. */
    private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

    private final ChromeDriver driver;
    private final Path profile;
    private final String base;

    private Browser(ChromeDriver driver, Path profile, String base) {
        this.driver = driver;
        this.profile = profile;
        this.base = base;
    }

    /**
     * Opens one.
     *
     * @param appliance whose web interface is looked at; its certificate is taken as it is
     */
    public static Browser at(Appliance appliance) {
        for (Path needed : List.of(PROGRAM, DRIVER)) {
            if (!Files.isExecutable(needed)) {
                throw new IllegalStateException("there is no " + needed + "; this needs " + NEEDS);
            }
        }
        SELENIUM.setLevel(Level.SEVERE);
        try {
            Path profile = Files.createTempDirectory(Files.createDirectories(Path.of("target/browser")), "profile-")
                    .toAbsolutePath();
            ChromeDriverService service = new ChromeDriverService.Builder()
                    .usingDriverExecutable(DRIVER.toFile())
                    .usingAnyFreePort()
                    .build();
            return new Browser(new ChromeDriver(service, options(profile)), profile, appliance.address());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ChromeOptions options(Path profile) {
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(PROGRAM.toFile());
        options.setAcceptInsecureCerts(true);
        options.setCapability("goog:loggingPrefs", logs);
        options.addArguments(
                "--headless=new",
                "--user-data-dir=" + profile,
                "--window-size=1280,900",
                "--no-first-run",
                "--disable-extensions",
                "--disable-component-update",
                "--disable-background-networking",
                "--disable-sync",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--lang=en-US");
        if (Machine.isRoot()) {
            options.addArguments("--no-sandbox");
        }
        return options;
    }

    /** Types an address, such as {@code /ui/backups}. */
    public Browser open(String path) {
        driver.get(base + path);
        return this;
    }

    /** Signs in at the page that asks for it, whatever comes of it. */
    public Browser signIn(String user, String password) {
        type("input[name=user]", user);
        type("input[name=password]", password);
        click("button[type=submit]");
        return this;
    }

    /** Clears a field and types something into it. */
    public void type(String css, String text) {
        WebElement field = find(By.cssSelector(css));
        field.clear();
        field.sendKeys(text);
    }

    /** Clicks on what a selector finds. */
    public void click(String css) {
        click(By.cssSelector(css));
    }

    /** Clicks on a button with that label. */
    public void press(String label) {
        click(By.xpath("//button[normalize-space()='" + label + "']"));
    }

    /** Follows a link with that text. */
    public void follow(String text) {
        click(By.linkText(text));
    }

    private void click(By by) {
        wait("to click on " + by).until(d -> {
            find(by).click();
            return true;
        });
    }

    private WebElement find(By by) {
        return wait("for " + by).until(d -> d.findElements(by).stream()
                .filter(WebElement::isDisplayed)
                .findFirst()
                .orElse(null));
    }

    /** Whether something is on the page now. */
    public boolean has(String css) {
        return !driver.findElements(By.cssSelector(css)).isEmpty();
    }

    /** Whether there is a button with that label now. */
    public boolean hasButton(String label) {
        return !driver.findElements(By.xpath("//button[normalize-space()='" + label + "']"))
                .isEmpty();
    }

    /** The text of what a selector finds first. */
    public String textOf(String css) {
        return wait("for the text of " + css)
                .until(d -> find(By.cssSelector(css)).getText());
    }

    /** Waits until the text that is shown contains something. */
    public void awaitText(String text) {
        wait("for the text '" + text + "'").until(d -> text().contains(text));
    }

    /** Waits until what a selector finds first contains something. */
    public void awaitText(String css, String text) {
        wait("for the text '" + text + "' in " + css).until(d -> d.findElements(By.cssSelector(css)).stream()
                .anyMatch(e -> e.getText().contains(text)));
    }

    /** Waits until a selector finds so many. */
    public void awaitCount(String css, int count) {
        wait("for " + count + " of " + css)
                .until(d -> d.findElements(By.cssSelector(css)).size() == count);
    }

    /** All the text that is shown. */
    public String text() {
        return driver.findElement(By.tagName("body")).getText();
    }

    /** The address without the appliance's. */
    public String path() {
        return driver.getCurrentUrl().substring(base.length());
    }

    /** The value of an expression on the page. */
    public Object evaluate(String expression) {
        return ((JavascriptExecutor) driver).executeScript("return " + expression);
    }

    /** Makes the window so wide. */
    public void resize(int width, int height) {
        driver.manage().window().setSize(new Dimension(width, height));
        // a window cannot be narrower than its decoration; what is emulated can
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    /** What the page complained of since this was last asked: errors of scripts, what the policy has refused, answers that were errors. */
    public List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(entry -> entry.getLevel() + " " + entry.getMessage())
                .toList();
    }

    /** Waits until the page complains of something. */
    public void awaitComplaint(String text) {
        wait("for a complaint of " + text).until(d -> complaints().stream().anyMatch(line -> line.contains(text)));
    }

    private FluentWait<ChromeDriver> wait(String what) {
        return new FluentWait<>(driver)
                .withTimeout(PATIENCE)
                .pollingEvery(POLL)
                .ignoring(NoSuchElementException.class)
                .ignoring(StaleElementReferenceException.class)
                .ignoring(org.openqa.selenium.ElementNotInteractableException.class)
                .withMessage(() -> "waited " + what + "; the page at " + path() + " shows\n" + text());
    }

    @Override
    public void close() {
        driver.quit();
        Scratch.delete(profile);
    }
}
