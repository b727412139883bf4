package io.holdfast.access.model;

import io.holdfast.core.policy.RetentionDecision;

/**
 * Why a backup stays or goes.
 *
 * @param code for programs
 * @param message for people
 */
public record RetentionReasonDto(RetentionDecision.Code code, String message) {}
