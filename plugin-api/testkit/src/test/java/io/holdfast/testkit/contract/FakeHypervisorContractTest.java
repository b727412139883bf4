package io.holdfast.testkit.contract;

class FakeHypervisorContractTest extends FakeHypervisorSubject {}
