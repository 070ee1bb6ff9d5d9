@NullMarked
package dev.tollgate.admin.service;

import org.jspecify.annotations.NullMarked;
